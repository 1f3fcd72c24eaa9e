import { partOf } from './mutations/parts.ts';
import { tryMutants } from './mutations/try-mutants.ts';

tryMutants('queues, openings and the clock', (mutant) => partOf(mutant) === 'queues');
