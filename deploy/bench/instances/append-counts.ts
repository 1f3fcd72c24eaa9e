import { metricIn, readMetrics } from '../metrics.ts';

/** Appends of one command-api since it was started. */
export interface AppendCounts {
  readonly landed: number;
  /** Those that came too late, because another instance had changed the account. */
  readonly outrun: number;
}

/** @throws Error where the service does not tell */
export async function readAppendCounts(origin: string): Promise<AppendCounts> {
  return appendCountsIn(await readMetrics(origin));
}

/** @param metrics in Prometheus's text format */
export function appendCountsIn(metrics: string): AppendCounts {
  const counted = (name: string) => metricIn(metrics, name);
  return { landed: counted('command_append_events_count'), outrun: counted('command_appends_outrun_total') };
}

/** What was counted since `before`, of all instances together. */
export function sumOfIncreases(before: readonly AppendCounts[], after: readonly AppendCounts[]): AppendCounts {
  const increase = (name: keyof AppendCounts) =>
    after.reduce((sum, counts, at) => sum + counts[name] - (before[at]?.[name] ?? 0), 0);
  return { landed: increase('landed'), outrun: increase('outrun') };
}
