/** @param metrics in Prometheus's text format @throws Error where the metric is not there */
export function metricIn(metrics: string, name: string): number {
  const value = new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(metrics)?.[1];
  if (value === undefined) throw new Error(`there is no ${name} in the metrics`);
  return Number(value);
}

/** What a service counts. @throws Error where it does not tell */
export async function readMetrics(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/metrics`);
  return answer.text();
}
