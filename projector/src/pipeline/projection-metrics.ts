import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Lag } from './lag.ts';
import type { ProjectorStatus } from './status.ts';
import type { TakenIn } from './taken-in.ts';

export interface ProjectionMetrics {
  projected(events: readonly TakenIn[], seconds: number): void;
  /** What the gauges ask whenever they are read. A projector that stands by has no lag of its own. */
  watch(watched: { readonly status: () => ProjectorStatus; readonly lag: () => Promise<Lag | undefined> }): void;
  /** How many accounts have versions of their dated history to be made. */
  watchVersions(waiting: () => number): void;
  /** No version could be made of one account's. */
  versionFailed(): void;
}

const phases: readonly ProjectorStatus['phase'][] = ['connecting', 'standing by', 'leading', 'stopped'];

export function projectionMetrics(registry: Registry): ProjectionMetrics {
  let watched: Parameters<ProjectionMetrics['watch']>[0] | undefined;
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
  const batchEvents = new Histogram({
    name: 'projector_batch_events',
    help: 'Events of one batch',
    buckets: [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000],
    registers,
  });
  const position = new Gauge({ name: 'projector_position', help: 'Position of the last event projected', registers });
  /** Both gauges are read together, and tell of the same look. */
  let looking: Promise<Lag | undefined> | undefined;
  const look = () => {
    looking ??= Promise.resolve(watched?.lag()).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  new Gauge({
    name: 'projector_lag_events',
    help: 'Events of accounts in the store that are not projected; of those not taken in yet, among the 1,000 newest of the store',
    registers,
    async collect() {
      this.set((await look())?.events ?? 0);
    },
  });
  new Gauge({
    name: 'projector_lag_seconds',
    help: 'Age of the oldest of these events, 0 where there is none',
    registers,
    async collect() {
      const oldest = (await look())?.oldest;
      this.set(oldest ? Math.max(0, (Date.now() - oldest.getTime()) / 1_000) : 0);
    },
  });
  new Gauge({
    name: 'projector_phase',
    help: '1 for what the projector is at, 0 for what it is not',
    labelNames: ['phase'],
    registers,
    collect() {
      const now = watched?.status().phase;
      for (const phase of phases) this.set({ phase }, phase === now ? 1 : 0);
    },
  });

  let versionsWaiting = () => 0;
  new Gauge({
    name: 'projector_versions_waiting',
    help: 'Accounts whose dated history has to be merged: until then their dated balances are read from more lines',
    registers,
    collect() {
      this.set(versionsWaiting());
    },
  });
  const versionFailures = new Counter({
    name: 'projector_version_failures_total',
    help: 'Accounts whose dated history could not be merged; the log says why',
    registers,
  });

  return {
    projected(events, took) {
      batches.observe(took);
      batchEvents.observe(events.length);
      projected.inc(events.length);
      for (const { account, recorded } of events) if (!account.event) skipped.inc({ type: recorded.type });
      const last = events.at(-1);
      if (last) position.set(Number(last.recorded.position));
    },
    watch(now) {
      watched = now;
    },
    watchVersions(waiting) {
      versionsWaiting = waiting;
    },
    versionFailed: () => versionFailures.inc(),
  };
}
