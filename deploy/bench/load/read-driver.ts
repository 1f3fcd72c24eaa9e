import type { ReadOrder, ReadResult } from './read-slice.ts';
import { startWorker, type Worker } from './worker.ts';

/** The load driver's process. Its `run` throws where an answer was not 200. */
export type ReadDriver = Worker<ReadOrder, ReadResult>;

export function startReadDriver(): ReadDriver {
  return startWorker(new URL('./read-driver-process.js', import.meta.url));
}
