import { serveOrders } from '../../load/worker.ts';
import { runSlice } from './run-slice.ts';

/** The load driver of commands, in a process of its own. */
serveOrders(runSlice);
