import type { Book } from '../commands/book.ts';
import type { Driver } from '../commands/driver/driver.ts';
import type { SliceOrder } from '../commands/driver/slice.ts';
import type { SliceTimes } from '../commands/plan.ts';
import type { Workload } from '../commands/workloads.ts';
import { type AppendCounts, readAppendCounts, sumOfIncreases } from './append-counts.ts';

/** A command-api and the load driver that sends to it. */
export interface Fighter {
  readonly port: number;
  readonly driver: Driver;
}

/** What one slice showed, in which some instances shared the connections. */
export interface FightSample {
  /** Commands settled in a second by each instance. */
  readonly perSecond: readonly number[];
  /** Of requests, of the instance where it is longest. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of all instances together, before, in and after the measured time. */
  readonly appends: AppendCounts;
}

const CONNECTIONS = 64;
const CATCH_UP_MS = 20;
const HOT: Workload = { name: 'hot', accounts: 1, choice: 'even', copies: 1, commandsEach: 1 };

/** Lets the instances work on one account at the same time. @throws Error where a command is not accepted */
export async function measureFight(
  fighters: readonly Fighter[],
  book: Book,
  slice: string,
  times: SliceTimes,
): Promise<FightSample> {
  const run = async ({ port, driver }: Fighter, order: Omit<SliceOrder, 'port' | 'workload'>) => {
    const result = await driver.run({ port, workload: HOT, ...order });
    book.add(result.acknowledged);
    return result;
  };
  // One that had no part in the slices before has thousands of events to read first.
  for (const [at, fighter] of fighters.entries()) {
    await run(fighter, { slice: `${slice}-${at}-first`, connections: 1, warmUpMs: 0, measureMs: CATCH_UP_MS });
  }
  const readCounts = () => Promise.all(fighters.map(({ port }) => readAppendCounts(`http://127.0.0.1:${port}`)));
  const before = await readCounts();
  const results = await Promise.all(
    fighters.map((fighter, at) =>
      run(fighter, { slice: `${slice}-${at}`, connections: shareOf(CONNECTIONS, fighters.length, at), ...times }),
    ),
  );
  const after = await readCounts();
  return {
    perSecond: results.map(({ perSecond }) => perSecond),
    p50Ms: Math.max(...results.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...results.map(({ p99Ms }) => p99Ms)),
    appends: sumOfIncreases(before, after),
  };
}

/** The part of `whole` for number `at` of so many that share it as evenly as whole numbers can. */
export function shareOf(whole: number, among: number, at: number): number {
  return Math.floor(whole / among) + (at < whole % among ? 1 : 0);
}
