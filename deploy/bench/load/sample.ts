import { treeCpuTimeMs } from '../cpu-time.ts';
import { median } from '../median.ts';

/** What one slice showed. */
export interface Sample {
  /** Commands settled in a second, or queries answered. */
  readonly perSecond: number;
  /** Of requests. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time for each of them, of each process and of the driver, in microseconds; undefined where it can't be told. */
  readonly cpuUs: Readonly<Record<string, number | undefined>>;
}

/** A process, which stands for its children too. */
export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

export const DRIVER = 'driver';

/** @returns a function that tells the CPU time of each process since now, in ms */
export function watchCpu(
  processes: readonly NamedProcess[],
): () => readonly { readonly name: string; readonly ms: number | undefined }[] {
  const before = processes.map(({ pid }) => treeCpuTimeMs(pid));
  return () =>
    processes.map(({ name, pid }, i) => {
      const [from, to] = [before[i], treeCpuTimeMs(pid)];
      return { name, ms: from === undefined || to === undefined ? undefined : to - from };
    });
}

/** @param cpu of each process, in ms @param count how many things it was spent on @returns microseconds for each of them */
export function cpuUsOfEach(cpu: ReturnType<ReturnType<typeof watchCpu>>, count: number): Sample['cpuUs'] {
  return Object.fromEntries(cpu.map(({ name, ms }) => [name, ms === undefined ? undefined : (ms * 1_000) / count]));
}

/** The median of each figure by itself. */
export function medianSample(samples: readonly Sample[]): Sample {
  const of = (figure: (sample: Sample) => number) => median(samples.map(figure));
  const processes = Object.keys(samples[0]?.cpuUs ?? {});
  const cpuOf = (process: string) => {
    const known = samples.flatMap(({ cpuUs }) => cpuUs[process] ?? []);
    return known.length === 0 ? undefined : median(known);
  };
  return {
    perSecond: of(({ perSecond }) => perSecond),
    p50Ms: of(({ p50Ms }) => p50Ms),
    p99Ms: of(({ p99Ms }) => p99Ms),
    cpuUs: Object.fromEntries(processes.map((process) => [process, cpuOf(process)])),
  };
}

/** CPU time of everything but the driver, in microseconds; undefined where one of them can't be told. */
export function servingUs({ cpuUs }: Pick<Sample, 'cpuUs'>): number | undefined {
  const { [DRIVER]: _, ...serving } = cpuUs;
  return Object.values(serving).reduce<number | undefined>(
    (sum, us) => (sum === undefined || us === undefined ? undefined : sum + us),
    0,
  );
}
