/**
 * Counts what was settled within a span of time. A request that began before it or ended after it counts in part, by the
 * share of its time that lies within: so a few long requests are counted as exactly as many short ones.
 */
export interface MeasuredTime {
  /** All times are performance.now() of this process. */
  add(sentAt: number, answeredAt: number, commands: number): void;
  /** Commands settled within the time. */
  readonly commands: number;
  /** Of all requests that were under way within the time, from the shortest on. */
  readonly latenciesMs: Float64Array;
}

export function measuredTime(from: number, to: number): MeasuredTime {
  let settled = 0;
  const latencies: number[] = [];
  return {
    add(sentAt, answeredAt, commands) {
      const withinMs = Math.min(answeredAt, to) - Math.max(sentAt, from);
      if (withinMs <= 0) return;
      settled += (commands * withinMs) / (answeredAt - sentAt);
      latencies.push(answeredAt - sentAt);
    },
    get commands() {
      return settled;
    },
    get latenciesMs() {
      return Float64Array.from(latencies).sort();
    },
  };
}
