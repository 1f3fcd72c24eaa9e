import { createLog } from '@ledger/shared/log';
import { createSlots } from '@ledger/shared/slots';
import { AccountCache } from '../../../command-api/src/handling/account-cache.ts';
import {
  type AccountQueues,
  createAccountQueues,
  type QueueLimits,
} from '../../../command-api/src/handling/account-queue.ts';
import { openedAccount } from '../../../command-api/src/handling/account-reader.ts';
import type { AppendLimits } from '../../../command-api/src/handling/decide-group.ts';
import { createOpener, type Opener } from '../../../command-api/src/handling/open-account.ts';
import type { PageLimits } from '../../../command-api/src/handling/pages/page.ts';
import { defaultLongLoads, type PageContext } from '../../../command-api/src/handling/pages/page-context.ts';
import { createPageWriter } from '../../../command-api/src/handling/pages/page-writer.ts';
import { RecentEvents } from '../../../command-api/src/handling/recent-events.ts';
import { createStoreClock } from '../../../command-api/src/handling/store-clock.ts';
import type { Random } from '../long/kill-rounds/random.ts';
import { createLink, type Link } from './link.ts';
import { createProcess, type SimulatedProcess } from './process.ts';
import type { StoreServer } from './store-server.ts';
import type { World } from './world.ts';

export interface InstanceOptions {
  readonly deadlineMs: number;
  readonly cacheBytes: number;
  readonly recentBytes: number;
  readonly queueLimits: QueueLimits;
  readonly appendLimits: AppendLimits;
  readonly pageLimits: PageLimits;
}

interface Api {
  readonly queues: AccountQueues;
  readonly open: Opener;
}

/** One run of a command-api: what dies with its process. */
interface Life extends Api {
  readonly process: SimulatedProcess;
  /** Told to every client that waits for an answer when the process dies. */
  readonly onDeath: Set<() => void>;
}

/** One command-api that clients can call. Its process can die and be started again. */
export interface Instance {
  readonly link: Link;
  /**
   * Sends a request to the process as it is now. Its parts reach it in their order, so long after one another (at the same
   * moment by default), and are answered one by one.
   * Each rejects when the process dies before it has answered, or is dead.
   */
  call<T>(parts: readonly ((api: Api) => Promise<T>)[], apartMs?: number): readonly Promise<T>[];
  kill(): void;
  start(): void;
  hold: SimulatedProcess['hold'];
}

/** What a client is told when a process ends before it has answered. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
}

export function createInstance(
  world: World,
  server: StoreServer,
  random: Random,
  name: string,
  { deadlineMs, cacheBytes, recentBytes, queueLimits, appendLimits, pageLimits }: InstanceOptions,
  onPages: PageContext['onPages'],
): Instance {
  const link = createLink(world, server, random);
  const log = createLog('simulation', 'silent');
  let life = start();

  /** The same parts as the process itself assembles, but for HTTP. */
  function start(): Life {
    const process = createProcess(world);
    const { timers } = process;
    const store = link.connect(process);
    const clock = createStoreClock(store, timers, `clock-${name}`, log);
    clock.start();
    const cache = new AccountCache(cacheBytes);
    const ignore = () => {};
    const pages = { limits: pageLimits, timers, longLoads: createSlots(defaultLongLoads), log, onPages };
    const dependencies = {
      store,
      clock,
      timers,
      cache,
      recent: new RecentEvents(recentBytes),
      appendLimits,
      pages,
      pageWriter: createPageWriter(store, pages),
      onAppended: ignore,
      onOutrun: ignore,
      onOutcome: ignore,
    };
    return {
      process,
      queues: createAccountQueues(dependencies, deadlineMs, queueLimits),
      open: createOpener({
        store,
        clock,
        timers,
        defaultCurrency: 'EUR',
        deadlineMs,
        onOpened: (opening) => cache.keepOpened(openedAccount(opening, pageLimits)),
      }),
      onDeath: new Set(),
    };
  }

  const onTheWay = () => random.below(20) / 10;

  return {
    link,
    call(parts, apartMs = 0) {
      const called = life;
      const { process } = called;
      const passOn = (action: () => void) => void world.at(world.nowMs + onTheWay(), () => process.deliver(action));
      const firstMs = world.nowMs + onTheWay();
      const first = new Promise<void>((resolve) => world.at(firstMs, () => process.deliver(resolve)));
      const arrivalOf = (at: number) =>
        at === 0 || apartMs === 0
          ? first
          : new Promise<void>((resolve) => world.at(firstMs + at * apartMs, () => process.deliver(resolve)));
      return parts.map(
        (part, at) =>
          new Promise((resolve, reject) => {
            const lose = () => reject(new ConnectionLostError(`${name} has ended`));
            if (process.isDead) lose();
            called.onDeath.add(lose);
            void arrivalOf(at).then(() => part(called).then((answer) => passOn(() => resolve(answer)), reject));
          }),
      );
    },
    kill() {
      life.process.kill();
      link.cut();
      for (const lose of life.onDeath) lose();
    },
    start() {
      if (life.process.isDead) life = start();
    },
    hold: (durationMs, options) => life.process.hold(durationMs, options),
  };
}
