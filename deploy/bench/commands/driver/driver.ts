import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { SliceOrder, SliceReply, SliceResult } from './slice.ts';

/** The load driver's process. */
export interface Driver {
  /** One slice at a time. @throws Error where a command was not answered as it must be, or the driver ended */
  run(order: SliceOrder): Promise<SliceResult>;
  stop(): Promise<void>;
}

export function startDriver(): Driver {
  const child = fork(new URL('./driver-process.js', import.meta.url), {
    // Typed arrays stay typed arrays on their way here.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  return {
    async run(order) {
      // Where it can't be sent, the process has ended, which is told below.
      child.send(order, () => undefined);
      const answered = once(child, 'message') as Promise<[SliceReply]>;
      const answer = await Promise.race([answered, ended.then(() => undefined)]);
      if (!answer) throw new Error('the load driver ended');
      const [reply] = answer;
      if ('failure' in reply) throw new Error(`${order.slice}: ${reply.failure}`);
      return reply.result;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
