import { cpuTimeMs, ownCpuTimeMs } from '../cpu-time.ts';
import type { Target } from './targets.ts';
import type { Workload, WorkloadSize } from './workloads.ts';

/** One run of a workload on a target. */
export interface Sample {
  readonly perSecond: number;
  /** CPU time of this process, the client, for each of what was counted. */
  readonly clientUs: number;
  /** The same of the server's process, where it is ours to look at. */
  readonly serverUs: number | undefined;
}

/** Runs a workload once. @throws Error where the store does not hold what it acknowledged */
export async function measure(target: Target, workload: Workload, run: string, size: WorkloadSize): Promise<Sample> {
  const serverCpu = () => (target.pid === undefined ? undefined : cpuTimeMs(target.pid));
  const before = { at: performance.now(), client: ownCpuTimeMs(), server: serverCpu() };
  const { count, check } = await workload.run(target, run, size);
  const after = { at: performance.now(), client: ownCpuTimeMs(), server: serverCpu() };
  await check?.();
  return {
    perSecond: (count * 1000) / (after.at - before.at),
    clientUs: ((after.client - before.client) * 1000) / count,
    serverUs:
      after.server === undefined || before.server === undefined
        ? undefined
        : ((after.server - before.server) * 1000) / count,
  };
}
