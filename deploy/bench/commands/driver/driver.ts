import { startWorker, type Worker } from '../../load/worker.ts';
import type { SliceOrder, SliceResult } from './slice.ts';

/** The load driver's process. Its `run` throws where a command was not answered as it must be. */
export type Driver = Worker<SliceOrder, SliceResult>;

export function startDriver(): Driver {
  return startWorker(new URL('./driver-process.js', import.meta.url));
}
