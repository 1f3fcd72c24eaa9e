import { treeCpuTimeMs } from '../cpu-time.ts';
import type { Book } from './book.ts';
import type { Contender } from './contenders/contender.ts';
import type { Driver } from './driver/driver.ts';
import type { SliceOrder } from './driver/slice.ts';

/** What one slice showed. */
export interface Sample {
  /** Commands settled in a second. */
  readonly perSecond: number;
  /** Of requests. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time for each command, of each process and of the driver, in microseconds; undefined where it can't be told. */
  readonly cpuUs: Readonly<Record<string, number | undefined>>;
}

export const DRIVER = 'driver';

/** Runs one slice, and enters in the book what was acknowledged. @throws Error where a command was not accepted */
export async function measureSlice(
  { contender, book }: { readonly contender: Contender; readonly book: Book },
  driver: Driver,
  order: Omit<SliceOrder, 'port'>,
): Promise<Sample> {
  const readCpu = () => contender.processes.map(({ pid }) => treeCpuTimeMs(pid));
  const before = readCpu();
  const result = await driver.run({ ...order, port: contender.port });
  const after = readCpu();
  book.add(result.acknowledged);
  await contender.settle();
  const { perSecond, p50Ms, p99Ms, commands, driverCpuMs } = result;
  const perCommandUs = (ms: number) => (ms * 1000) / commands;
  const cpuUs = Object.fromEntries(
    contender.processes.map(({ name }, i) => {
      const [from, to] = [before[i], after[i]];
      return [name, from === undefined || to === undefined ? undefined : perCommandUs(to - from)];
    }),
  );
  return { perSecond, p50Ms, p99Ms, cpuUs: { ...cpuUs, [DRIVER]: perCommandUs(driverCpuMs) } };
}
