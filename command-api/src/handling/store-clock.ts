import { randomUUID } from 'node:crypto';
import { type EventStore, StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import type { Logger } from '@ledger/shared/log';
import type { Instant } from '@ledger/shared/time';
import type { Timers } from './timers.ts';

/**
 * The event store's clock, as this process knows it: `created` of a probe event that it wrote itself, plus the monotonic
 * time that has passed here since the probe was acknowledged. It never goes back, and is ahead of the store's only after
 * that one has gone back.
 */
export interface StoreClock {
  /**
   * Undefined until the first probe has been answered; and, until the next one is, when the machine has slept: monotonic
   * time stands still then.
   */
  now(): Instant | undefined;
  /** Probes now and every 10 s, until `stop`. A probe that fails is tried again sooner. */
  start(): void;
  stop(): void;
}

const probeIntervalMs = 10_000;
const retryIntervalMs = 250;
const probeTimeoutMs = 3_000;
/** The machine's clocks have drifted apart by more than they ever do by themselves: it slept, or one of them was set. */
const driftLimitMs = 1_000;

/** @param stream a stream of this instance's own; only its newest event is kept readable */
export function createStoreClock(store: EventStore, timers: Timers, stream: string, log: Logger): StoreClock {
  let known: { readonly offsetMs: number; readonly driftMs: number } | undefined;
  let latest: Instant | undefined;
  let cancel = () => {};
  let isProbing = false;
  let isStopped = false;
  let isFailing = false;

  async function probe(): Promise<void> {
    const id = randomUUID();
    const event = { id, type: 'ClockProbed', data: {}, metadata: {} };
    // Before it is sent, so that a sleep on the way to its answer is noticed too.
    const driftMs = timers.wallClock() - timers.now();
    const { revision } = await store.append(stream, [event], 'any', probeTimeoutMs);
    const acknowledgedAt = timers.now();
    for await (const recorded of store.readForwards(stream, revision, 1)) {
      if (recorded.id !== id) continue;
      known = { offsetMs: recorded.created.getTime() - acknowledgedAt, driftMs };
      return;
    }
    throw new StoreUnavailableError(`the clock probe in ${stream} can't be read back`);
  }

  async function probeForever(): Promise<void> {
    isProbing = true;
    let waitMs = probeIntervalMs;
    try {
      if (!known) await store.setMaxCount(stream, 1);
      await probe();
      isFailing = false;
    } catch (error) {
      // Once, not four times a second: this is where an operator learns of a wrong EVENTSTORE_URL or a missing permission.
      if (!isFailing) log.warn({ error: String(error) }, 'the event store’s clock can’t be read; trying again');
      isFailing = true;
      waitMs = retryIntervalMs;
    }
    isProbing = false;
    if (!isStopped) cancel = timers.after(waitMs, () => void probeForever());
  }

  function probeNow(): void {
    if (isProbing || isFailing || isStopped) return;
    cancel();
    void probeForever();
  }

  return {
    now() {
      if (!known) return undefined;
      const monotonic = timers.now();
      if (Math.abs(timers.wallClock() - monotonic - known.driftMs) > driftLimitMs) {
        probeNow();
        return undefined;
      }
      const now = Math.floor(monotonic + known.offsetMs);
      latest = latest === undefined || now > latest ? now : latest;
      return latest;
    },
    start: () => void probeForever(),
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
