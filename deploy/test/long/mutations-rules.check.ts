import { tryMutants } from './mutations/try-mutants.ts';

const handling = 'command-api/src/handling/';

tryMutants('the rules', ({ file }) => !file.startsWith(handling));
