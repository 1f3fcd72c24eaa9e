import { serveOrders } from '../load/worker.ts';
import { runPacedLoad } from './run-paced-load.ts';

/** The load driver of commands that are followed, in a process of its own. */
serveOrders(runPacedLoad);
