import { partOf } from './mutations/parts.ts';
import { tryMutants } from './mutations/try-mutants.ts';

tryMutants('the steps of handling and recovery', (mutant) => partOf(mutant) === 'handling');
