import { fork } from 'node:child_process';
import { once } from 'node:events';
import { onParentGone } from '@ledger/shared/process/parent';

/** A process of its own that works off one order after another, such as a load driver. */
export interface Worker<Order, Result> {
  /** One order at a time. @throws Error with what went wrong there, or where the process ended */
  run(order: Order): Promise<Result>;
  stop(): Promise<void>;
}

type Reply<Result> = { readonly result: Result } | { readonly failure: string };

/** @param script a compiled one that calls `serveOrders` */
export function startWorker<Order extends object, Result>(script: URL): Worker<Order, Result> {
  const child = fork(script, {
    // Typed arrays stay typed arrays on their way here.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    async run(order) {
      // Where it can't be sent, the process has ended, which is told below.
      child.send(order, () => undefined);
      const answered = once(child, 'message') as Promise<[Reply<Result>]>;
      const answer = await Promise.race([answered, ended.then(() => undefined)]);
      if (!answer) throw new Error('the load driver ended');
      const [reply] = answer;
      if ('failure' in reply) throw new Error(reply.failure);
      return reply.result;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The other side: works off the orders that the parent sends, and ends with it. */
export function serveOrders<Order, Result>(work: (order: Order) => Promise<Result>): void {
  process.on('message', (order: Order) => {
    const reply = (message: Reply<Result>) => void process.send?.(message);
    work(order).then(
      (result) => reply({ result }),
      (error: unknown) => reply({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  onParentGone(() => process.exit(0));
}
