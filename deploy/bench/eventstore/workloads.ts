import {
  type AllStreamSubscription,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  type Filter,
  streamNameFilter,
} from '@eventstore/db-client';
import { dataOf, eventsFrom, HUNDRED, WANTED_TYPE } from './data-set.ts';
import type { Target } from './targets.ts';

export interface Workload {
  readonly name: string;
  /** What is counted. */
  readonly unit: string;
  /** What it should reach at least, a second. */
  readonly goal: number;
  /** Does it once; answers how many of its unit were done. @param run a name that no other run has */
  run(target: Target, run: string, size: WorkloadSize): Promise<WorkloadRun>;
}

export interface WorkloadSize {
  /** How long appends go on. */
  readonly appendMs: number;
  /** How much of the data set is read. */
  readonly readEvents: number;
}

export interface WorkloadRun {
  readonly count: number;
  /** Looks whether the store holds what it acknowledged. @throws Error where it does not */
  readonly check?: () => Promise<void>;
}

export const WORKLOADS: readonly Workload[] = [
  appends('single appends, 1 in flight', { inFlight: 1, eventsEach: 1, goal: 800 }),
  appends('single appends, 32 in flight', { inFlight: 32, eventsEach: 1, goal: 5_000 }),
  appends('single appends, 256 in flight', { inFlight: 256, eventsEach: 1, goal: 8_000 }),
  appends('appends of 100 events, 8 in flight', { inFlight: 8, eventsEach: 100, goal: 30_000 }),
  { name: '$all from the start, everything', unit: 'events/s', goal: 45_000, run: readEverything },
  filtered('$all filtered by stream name, 7 % match', ({ dataSet }) =>
    streamNameFilter({ prefixes: [dataSet.wantedPrefix] }),
  ),
  filtered('$all filtered by type, 7 % match', () => eventTypeFilter({ prefixes: [WANTED_TYPE] })),
];

/** Each of those in flight appends to a stream of its own, at the exact revision, as the ledger does. */
function appends(
  name: string,
  { inFlight, eventsEach, goal }: { inFlight: number; eventsEach: number; goal: number },
): Workload {
  return {
    name,
    unit: eventsEach === 1 ? 'appends/s' : 'events/s',
    goal,
    async run({ client, keeps }, run, { appendMs }) {
      const end = performance.now() + appendMs;
      const appendToOwn = async (_: unknown, number: number): Promise<Written> => {
        const stream = `${run}-${number}`;
        let count = 0;
        while (performance.now() < end) {
          const expectedRevision = count === 0 ? 'no_stream' : BigInt(count - 1);
          await client.appendToStream(stream, eventsFrom(count, eventsEach), { expectedRevision });
          count += eventsEach;
        }
        return { stream, count };
      };
      const written = await Promise.all(Array.from({ length: inFlight }, appendToOwn));
      const count = written.reduce((sum, each) => sum + each.count, 0);
      return keeps ? { count, check: () => checkWritten(client, written) } : { count };
    },
  };
}

interface Written {
  readonly stream: string;
  readonly count: number;
}

/** The last event of each stream is the last one acknowledged: revisions have no gaps, so all before it are there. */
async function checkWritten(client: EventStoreDBClient, written: readonly Written[]): Promise<void> {
  for (const { stream, count } of written) {
    if (count === 0) continue;
    const last = client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 });
    for await (const { event } of last) {
      const data = event?.data;
      const holds = JSON.stringify(data) === JSON.stringify(dataOf(count - 1));
      if (event?.revision !== BigInt(count - 1) || !holds) {
        throw new Error(`${stream}: ${count} events were acknowledged, and the last one is ${event?.revision}`);
      }
    }
  }
}

/** From the start of the data set, which is the start of the store where nobody else has written. */
async function readEverything(
  { client, dataSet }: Target,
  _: string,
  { readEvents }: WorkloadSize,
): Promise<WorkloadRun> {
  let count = 0;
  for await (const { event } of client.readAll({ fromPosition: dataSet.before, maxCount: readEvents })) {
    if (event) count += 1;
  }
  if (count < readEvents) throw new Error(`${readEvents} events are there, and ${count} were read`);
  return { count };
}

/** Catches up over the whole data set; its last event matches. */
function filtered(name: string, filterFor: (target: Target) => Filter): Workload {
  return {
    name,
    unit: 'scanned/s',
    goal: 350_000,
    async run(target) {
      const { client, dataSet } = target;
      const matches = (dataSet.events / 100) * HUNDRED.wanted;
      const subscription = client.subscribeToAll({ fromPosition: dataSet.before, filter: filterFor(target) });
      await take(subscription, matches);
      return { count: dataSet.events };
    },
  };
}

async function take(subscription: AllStreamSubscription, count: number): Promise<void> {
  let taken = 0;
  for await (const { event } of subscription) {
    if (event) taken += 1;
    if (taken === count) break;
  }
  await subscription.unsubscribe();
}
