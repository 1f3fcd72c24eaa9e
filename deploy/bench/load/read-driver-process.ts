import { runReads } from './run-reads.ts';
import { serveOrders } from './worker.ts';

/** The load driver of queries, in a process of its own. */
serveOrders(runReads);
