import { randomUUID } from 'node:crypto';
import { type EventStore, StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import type { Logger } from '@ledger/shared/log';
import type { Instant } from '@ledger/shared/time';
import type { Timers } from './timers.ts';

/**
 * The event store's clock, as this process knows it: `created` of a probe event that it wrote itself, plus the monotonic
 * time that has passed here since the probe was acknowledged. It is never ahead of the store's clock, and never goes back.
 */
export interface StoreClock {
  /** Undefined until the first probe has been answered. */
  now(): Instant | undefined;
  /** Probes now and every 10 s, until `stop`. A probe that fails is tried again sooner. */
  start(): void;
  stop(): void;
}

const probeIntervalMs = 10_000;
const retryIntervalMs = 250;
const probeTimeoutMs = 3_000;

/** @param stream a stream of this instance's own; only its newest event is kept readable */
export function createStoreClock(store: EventStore, timers: Timers, stream: string, log: Logger): StoreClock {
  let offsetMs: number | undefined;
  let latest: Instant | undefined;
  let cancel = () => {};
  let stopped = false;
  let isFailing = false;

  async function probe(): Promise<void> {
    const id = randomUUID();
    const event = { id, type: 'ClockProbed', data: {}, metadata: {} };
    const { revision } = await store.append(stream, [event], 'any', probeTimeoutMs);
    const acknowledgedAt = timers.now();
    for await (const recorded of store.readForwards(stream, revision, 1)) {
      if (recorded.id === id) offsetMs = recorded.created.getTime() - acknowledgedAt;
    }
    if (offsetMs === undefined) throw new StoreUnavailableError(`the clock probe in ${stream} can't be read back`);
  }

  async function probeForever(): Promise<void> {
    let waitMs = probeIntervalMs;
    try {
      if (offsetMs === undefined) await store.setMaxCount(stream, 1);
      await probe();
      isFailing = false;
    } catch (error) {
      // Once, not four times a second: this is where an operator learns of a wrong EVENTSTORE_URL or a missing permission.
      if (!isFailing) log.warn({ error: String(error) }, 'the event store’s clock can’t be read; trying again');
      isFailing = true;
      waitMs = retryIntervalMs;
    }
    if (!stopped) cancel = timers.after(waitMs, () => void probeForever());
  }

  return {
    now() {
      if (offsetMs === undefined) return undefined;
      const now = Math.floor(timers.now() + offsetMs);
      latest = latest === undefined || now > latest ? now : latest;
      return latest;
    },
    start: () => void probeForever(),
    stop() {
      stopped = true;
      cancel();
    },
  };
}
