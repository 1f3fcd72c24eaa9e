/**
 * Counts what was settled within a span of time. A request that began before it or ended after it counts in part, by the
 * share of its time that lies within: so a few long requests are counted as exactly as many short ones.
 */
export interface MeasuredTime {
  /** All times are performance.now() of this process. */
  add(sentAt: number, answeredAt: number, things: number): void;
  /** Things settled within the time, such as commands. */
  readonly settled: number;
  /** Of all requests that were under way within the time, from the shortest on. */
  readonly latenciesMs: Float64Array;
}

export function measuredTime(from: number, to: number): MeasuredTime {
  let settled = 0;
  const latencies: number[] = [];
  return {
    add(sentAt, answeredAt, things) {
      const withinMs = Math.min(answeredAt, to) - Math.max(sentAt, from);
      if (withinMs <= 0) return;
      settled += (things * withinMs) / (answeredAt - sentAt);
      latencies.push(answeredAt - sentAt);
    },
    get settled() {
      return settled;
    },
    get latenciesMs() {
      return Float64Array.from(latencies).sort();
    },
  };
}
