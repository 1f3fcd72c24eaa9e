import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { TakenIn } from './taken-in.ts';

export interface ProjectionMetrics {
  projected(events: readonly TakenIn[], seconds: number): void;
  /** Tells the gauges what is taken in and not projected yet. */
  watch(waiting: () => { readonly events: number; readonly oldest: TakenIn | undefined }): void;
}

export function projectionMetrics(registry: Registry): ProjectionMetrics {
  let waiting: Parameters<ProjectionMetrics['watch']>[0] = () => ({ events: 0, oldest: undefined });
  const registers = [registry];
  const projected = new Counter({ name: 'projector_events_total', help: 'Events projected', registers });
  const skipped = new Counter({
    name: 'projector_events_skipped_total',
    help: 'Events among them of a type that this version does not know',
    labelNames: ['type'],
    registers,
  });
  const batches = new Histogram({
    name: 'projector_batch_seconds',
    help: 'Time of one batch in PostgreSQL',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers,
  });
  const position = new Gauge({ name: 'projector_position', help: 'Position of the last event projected', registers });
  new Gauge({
    name: 'projector_lag_events',
    help: 'Events taken in and not projected yet (those still in the store are not counted)',
    registers,
    collect() {
      this.set(waiting().events);
    },
  });
  new Gauge({
    name: 'projector_lag_seconds',
    help: 'Age of the oldest event taken in and not projected yet, 0 where there is none',
    registers,
    collect() {
      const { oldest } = waiting();
      this.set(oldest ? Math.max(0, (Date.now() - oldest.recorded.created.getTime()) / 1_000) : 0);
    },
  });

  return {
    projected(events, seconds) {
      batches.observe(seconds);
      projected.inc(events.length);
      for (const { account, recorded } of events) if (!account.event) skipped.inc({ type: recorded.type });
      const last = events.at(-1);
      if (last) position.set(Number(last.recorded.position));
    },
    watch(now) {
      waiting = now;
    },
  };
}
