import { cpuUsOfEach, DRIVER, type Sample, watchCpu } from '../load/sample.ts';
import type { Book } from './book.ts';
import type { Contender } from './contenders/contender.ts';
import type { Driver } from './driver/driver.ts';
import type { SliceOrder } from './driver/slice.ts';

/** Runs one slice, and enters in the book what was acknowledged. @throws Error where a command was not accepted */
export async function measureSlice(
  { contender, book }: { readonly contender: Contender; readonly book: Book },
  driver: Driver,
  order: Omit<SliceOrder, 'port'>,
): Promise<Sample> {
  const cpuSince = watchCpu(contender.processes);
  const result = await driver.run({ ...order, port: contender.port });
  const { perSecond, p50Ms, p99Ms, commands, driverCpuMs } = result;
  const cpu = [...cpuSince(), { name: DRIVER, ms: driverCpuMs }];
  book.add(result.acknowledged);
  await contender.settle();
  return { perSecond, p50Ms, p99Ms, cpuUs: cpuUsOfEach(cpu, commands) };
}
