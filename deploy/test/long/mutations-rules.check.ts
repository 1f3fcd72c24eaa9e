import { partOf } from './mutations/parts.ts';
import { tryMutants } from './mutations/try-mutants.ts';

tryMutants('the rules', (mutant) => partOf(mutant) === 'rules');
