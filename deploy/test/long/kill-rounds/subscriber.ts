import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  type Filter,
  START,
  StreamDeletedError,
  type StreamSubscription,
  TimeoutError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { type Entry, entryOf, type Log } from './log.ts';

/** What a subscriber asks for. */
export type Interest =
  | { readonly of: '$all'; readonly filter?: Filter; readonly matches: (entry: Entry) => boolean }
  | { readonly of: 'stream'; readonly stream: string };

/** Subscribes, takes events until the server is gone, and after a restart goes on behind the last one it took. */
export interface Subscriber {
  readonly interest: Interest;
  /** Takes events until the server or the subscription is gone. @throws the error of a subscription that ends in any other way */
  follow(client: EventStoreDBClient, killed: AbortSignal): Promise<void>;
  /**
   * What was taken is in the log: each once, in order, none left out but what was hidden from readers of its stream.
   * @throws AssertionError
   */
  compare(log: Log): void;
  /** Whether it took the newest event that it is to see. */
  hasAll(log: Log): boolean;
  /** Whether its stream has a tombstone: there is nothing more to see. */
  readonly ended: boolean;
  readonly taken: number;
  readonly resubscribed: number;
}

/** @param after index into the log's entries of the last event that it does not want to see; -1 for none */
export function createSubscriber(interest: Interest, log: Log, after = -1): Subscriber {
  const wants = interest.of === '$all' ? interest.matches : (entry: Entry) => entry.stream === interest.stream;
  /** Not compared yet. */
  let pending: Entry[] = [];
  let compared = after + 1;
  let last: Entry | undefined = log.entries[after];
  let ended = false;
  let taken = 0;
  let resubscribed = 0;

  function subscribe(client: EventStoreDBClient): AllStreamSubscription | StreamSubscription {
    if (interest.of === 'stream') {
      const fromRevision = last ? last.revision : START;
      return client.subscribeToStream(interest.stream, { fromRevision });
    }
    const fromPosition = last ? { commit: last.position, prepare: last.position } : START;
    return client.subscribeToAll({ fromPosition, ...(interest.filter && { filter: interest.filter }) });
  }

  async function take(subscription: AllStreamSubscription | StreamSubscription): Promise<void> {
    for await (const { event } of subscription as AllStreamSubscription) {
      if (!event) throw new Error('a subscription without links showed no event');
      last = entryOf(event);
      pending.push(last);
      taken += 1;
    }
  }

  return {
    interest,
    async follow(client, killed) {
      while (!killed.aborted && !ended) {
        const subscription = subscribe(client);
        // The client reports a lost connection once more after the loop below has ended by it.
        subscription.on('error', () => undefined);
        const leave = () => void subscription.unsubscribe();
        killed.addEventListener('abort', leave, { once: true });
        try {
          await take(subscription);
          if (!killed.aborted) throw new Error(`the subscription of ${nameOf(interest)} ended by itself`);
        } catch (error) {
          if (error instanceof StreamDeletedError && interest.of === 'stream') ended = true;
          else if (error instanceof TimeoutError) resubscribed += 1;
          else if (!killed.aborted) throw error;
        } finally {
          killed.removeEventListener('abort', leave);
        }
      }
    },
    compare(log) {
      for (const entry of pending) {
        let expected = log.entries[compared];
        while (expected && (!wants(expected) || (expected.position < entry.position && mayBeHidden(log, expected)))) {
          compared += 1;
          expected = log.entries[compared];
        }
        if (expected?.position !== entry.position || expected.id !== entry.id) {
          expect(entry, `what a subscriber of ${nameOf(interest)} took next`).to.deep.equal(expected);
        }
        compared += 1;
      }
      pending = [];
    },
    hasAll(log) {
      const newest = log.entries.findLast((entry) => wants(entry) && !mayBeHidden(log, entry));
      return ended || !newest || (last !== undefined && last.position >= newest.position);
    },
    get ended() {
      return ended;
    },
    get taken() {
      return taken;
    },
    get resubscribed() {
      return resubscribed;
    },
  };

  function mayBeHidden(log: Log, { stream, revision }: Entry): boolean {
    return interest.of === 'stream' && revision < log.hiddenBelow(stream);
  }
}

export const nameOf = (interest: Interest): string =>
  interest.of === 'stream' ? interest.stream : `$all${interest.filter ? ` by ${JSON.stringify(interest.filter)}` : ''}`;
