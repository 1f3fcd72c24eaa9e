import { partOf } from './mutations/parts.ts';
import { tryMutants } from './mutations/try-mutants.ts';

tryMutants('what is known of an account, and how it is loaded', (mutant) => partOf(mutant) === 'loading');
