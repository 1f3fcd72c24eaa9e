import { until } from '../../../deploy/test/until.fixture.ts';
import type { EventStore, RecordedEvent } from './event-store.ts';

/** A subscription that is read in the background. */
export interface Following {
  readonly events: readonly RecordedEvent[];
  /** The error that it ended with; undefined where its signal has ended it. */
  readonly ended: Promise<unknown>;
  /** Waits until so many events have come. */
  has(count: number): Promise<unknown>;
  /** Aborts its signal. */
  stop(): void;
}

/** @param onBatch what the consumer does with the events before it takes more */
export function follow(
  store: EventStore,
  { streamPrefix = 'account-', after }: { streamPrefix?: string; after?: bigint | undefined } = {},
  onBatch: (events: readonly RecordedEvent[]) => unknown = () => undefined,
): Following {
  const events: RecordedEvent[] = [];
  const stopping = new AbortController();
  async function take(): Promise<void> {
    for await (const batch of store.subscribeToAll({ streamPrefix, after, signal: stopping.signal })) {
      if (batch.length === 0) throw new Error('a batch without events');
      events.push(...batch);
      await onBatch(batch);
    }
  }
  return {
    events,
    ended: take().catch((error: unknown) => error),
    has: (count) => until(`${count} events`, () => events.length >= count),
    stop: () => stopping.abort(),
  };
}
