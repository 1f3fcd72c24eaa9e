import type { ReadDriver } from './read-driver.ts';
import type { ReadOrder } from './read-slice.ts';
import { cpuUsOfEach, DRIVER, type NamedProcess, type Sample, watchCpu } from './sample.ts';

/** What is asked, and what runs for it. */
export interface ReadService {
  readonly port: number;
  readonly processes: readonly NamedProcess[];
}

/** Runs one slice. @throws Error where an answer was not 200 */
export async function measureReads(
  { port, processes }: ReadService,
  driver: ReadDriver,
  order: Omit<ReadOrder, 'port'>,
): Promise<Sample> {
  const cpuSince = watchCpu(processes);
  const { perSecond, p50Ms, p99Ms, answers, driverCpuMs } = await driver.run({ ...order, port });
  const cpu = [...cpuSince(), { name: DRIVER, ms: driverCpuMs }];
  return { perSecond, p50Ms, p99Ms, cpuUs: cpuUsOfEach(cpu, answers) };
}
