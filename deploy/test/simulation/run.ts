import type { RecordedEvent } from '@ledger/shared/event-store/event-store';
import { accountStream } from '@ledger/shared/events/streams';
import { createRandom } from '../long/kill-rounds/random.ts';
import { createClients } from './clients.ts';
import { strike } from './faults.ts';
import { createInstance, type Instance } from './instance.ts';
import type { Journal } from './journal.ts';
import { createMeddler } from './meddler.ts';
import { busyMs, commandOf, historyOf, openedFirst, openingOf, type Plan } from './plan.ts';
import { beginning, createStoreServer } from './store-server.ts';
import { createWorld } from './world.ts';

export interface Run {
  readonly journal: Journal;
  /** Whether every command has to have an outcome at its first sending: nothing goes wrong, and there is time. */
  readonly isCalm: boolean;
  /** An answer comes so long after its sending at the latest, if it ever comes. */
  readonly longestWaitMs: number;
  /** Whether the store's clock jumps. */
  readonly clockJumps: boolean;
  /** How often each thing came of an append; see `StoreServer`. */
  readonly appends: ReadonlyMap<string, number>;
  /** What became of index pages, in all instances. */
  readonly pages: ReadonlyMap<string, number>;
  eventsOf(accountId: string): readonly RecordedEvent[];
}

/** When all faults are over, and what was delayed has arrived. */
const quietMs = busyMs + 40_000;
/** A run that has not come to an end by then never will. */
const endMs = quietMs + 10 * 60_000;

/** Early enough for the history to be there before the first burst, mostly. */
const historyMs = 100;
/** Shortly before the first burst, so that openings meet faults too. */
const openingMs = 990;
/** How long a request is on its way, there and back, with all its commands. */
const longestRequestMs = 1_300;

/** The deadline, unless the process stands still meanwhile, and the way there and back. */
function longestWaitMs({ deadlineMs, faults }: Plan): number {
  const still = faults.filter(({ kind }) => kind === 'hold' || kind === 'machine-sleeps');
  return still.reduce((sum, { durationMs }) => sum + durationMs, deadlineMs + longestRequestMs);
}

/**
 * Lets a plan happen: requests and faults at their times. Then each command is sent again, one after another, until it has
 * an outcome, and once more when all have.
 * @throws Error where a command fails with anything but an outcome, or none comes
 */
export async function runPlan(plan: Plan): Promise<Run> {
  const world = createWorld();
  const random = createRandom(plan.seed);
  const server = createStoreServer(world);
  const eventsOf = (accountId: string) => server.streams.readForwards(accountStream(accountId), 0);
  const clients = createClients(world, (accountId) => eventsOf(accountId).length);
  const pages = new Map<string, number>();
  const instances = Array.from({ length: plan.instances }, (_, number) =>
    createInstance(world, server, random.fork(), `instance-${number}`, plan, (result, count) =>
      pages.set(`pages ${result}`, (pages.get(`pages ${result}`) ?? 0) + count),
    ),
  );
  const meddler = createMeddler(server, random.fork(), plan.pageLimits);
  const anyInstance = () => random.pick(instances);
  const instanceAt = (number: number): Instance => instances[number % instances.length] ?? anyInstance();

  if (plan.history > 0) {
    world.at(historyMs, () => clients.sendOpening(openingOf({ account: 0, name: 'Alice' }), anyInstance()));
    world.at(historyMs + 200, () => {
      for (const command of historyOf(plan)) void clients.settle(command, anyInstance);
    });
  }
  for (const account of openedFirst) {
    world.at(openingMs, () => clients.sendOpening(openingOf({ account, name: 'Alice' }), anyInstance()));
  }
  for (const { atMs, instance, commands, apartMs, againAfterMs, opening } of plan.requests) {
    const send = (to: Instance) => {
      if (opening) clients.sendOpening(openingOf(opening), anyInstance());
      clients.sendCommands(
        commands.map((command) => commandOf(plan, command, beginning)),
        to,
        apartMs,
      );
    };
    world.at(atMs, () => send(instanceAt(instance)));
    for (const afterMs of againAfterMs) world.at(atMs + afterMs, () => send(anyInstance()));
  }
  for (const fault of plan.faults) {
    world.at(fault.atMs, () => strike(world, server, instanceAt(fault.instance), meddler, fault));
  }

  const isOver = () => world.nowMs > endMs || clients.failures.length > 0;
  await world.run(() => (world.nowMs > quietMs && clients.underWay === 0) || isOver());
  let isSettled = false;
  const settled = settleAll().then(() => {
    isSettled = true;
  });
  await world.run(() => isSettled || isOver());
  const { failures } = clients;
  if (failures.length > 0) throw new AggregateError(failures, `commands failed: ${failures.map(String).join('; ')}`);
  if (!isSettled) throw new Error(`${clients.underWay} sendings had no end`);
  await settled;
  return {
    journal: clients.journal,
    isCalm: plan.faults.length === 0 && plan.deadlineMs >= 10_000,
    longestWaitMs: longestWaitMs(plan),
    clockJumps: plan.faults.some(({ kind }) => kind === 'store-clock'),
    appends: server.appends,
    pages,
    eventsOf,
  };

  async function settleAll(): Promise<void> {
    const inOrder = plan.requests.toSorted((a, b) => a.atMs - b.atMs).flatMap(({ commands }) => commands);
    for (const command of [...inOrder, ...inOrder])
      await clients.settle(commandOf(plan, command, beginning), anyInstance);
  }
}
