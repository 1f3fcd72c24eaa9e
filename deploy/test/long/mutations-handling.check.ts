import { tryMutants } from './mutations/try-mutants.ts';

const handling = 'command-api/src/handling/';

tryMutants('the steps of handling and recovery', ({ file }) => file.startsWith(handling));
