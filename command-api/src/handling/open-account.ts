import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type EventStore,
  OutcomeUnknownError,
  StoreUnavailableError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';
import { fromRecordedEvent, toJsonEvent, UnreadableEventError } from '@ledger/shared/events/account-event-json';
import type { AccountOpened, Causation } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import { currencyDecimals } from '@ledger/shared/money';
import type { Instant } from '@ledger/shared/time';
import { askedOfOpening, type OpenAccount, sameMetadata } from '../account/commands.ts';
import { appendUntilKnown } from './append.ts';
import type { Unsettled } from './outcome.ts';
import type { StoreClock } from './store-clock.ts';

export type OpeningOutcome =
  | {
      readonly kind: 'opened';
      readonly account: AccountOpened;
      readonly recordedAt: Instant;
      readonly replayed: boolean;
    }
  | { readonly kind: 'taken'; readonly differs: readonly string[] }
  | { readonly kind: 'unsettled'; readonly reason: Unsettled };

interface OpeningDependencies {
  readonly store: EventStore;
  readonly clock: StoreClock;
  readonly defaultCurrency: string;
  readonly deadlineMs: number;
}

const retryPauseMs = 100;

/**
 * Opens an account, unless its id is taken: then the answer is the first opening where the content is the same. The
 * currency has been checked to be one that this runtime knows.
 * @throws UnreadableEventError, StreamDamagedError
 */
export async function openAccount(
  dependencies: OpeningDependencies,
  command: OpenAccount,
  causation: Causation,
): Promise<OpeningOutcome> {
  const { store, clock, defaultCurrency, deadlineMs } = dependencies;
  const deadline = performance.now() + deadlineMs;
  const id = randomUUID();
  let opening: { event: AccountOpened; recordedAt: Instant } | undefined;
  for (;;) {
    try {
      const first = await readOpening(store, command.accountId);
      if (first) return outcomeOf(command, first, id);
      opening ??= draftOpening(command, clock, defaultCurrency);
      const { event, recordedAt } = opening;
      const { currency, decimals } = event;
      const asked = askedOfOpening(command, currency);
      const account = { balance: 0n, latestEffectiveAt: null, currency, decimals };
      const recorded = toJsonEvent(id, event, { ...causation, recordedAt, asked, account });
      await appendUntilKnown(store, accountStream(command.accountId), [recorded], 'no_stream', deadline);
      return { kind: 'opened', account: event, recordedAt, replayed: false };
    } catch (error) {
      if (error instanceof WrongRevisionError && performance.now() < deadline) continue;
      if (error instanceof OutcomeUnknownError || error instanceof WrongRevisionError) {
        return { kind: 'unsettled', reason: 'outcome-unknown' };
      }
      if (!(error instanceof StoreUnavailableError)) throw error;
      if (performance.now() + retryPauseMs >= deadline) {
        return { kind: 'unsettled', reason: opening ? 'outcome-unknown' : 'service-unavailable' };
      }
      await delay(retryPauseMs);
    }
  }
}

function draftOpening(
  { accountId, name, currency, metadata }: OpenAccount,
  clock: StoreClock,
  defaultCurrency: string,
) {
  const recordedAt = clock.now();
  if (recordedAt === undefined) throw new StoreUnavailableError('the event store’s clock is not known yet');
  const code = currency ?? defaultCurrency;
  const decimals = currencyDecimals(code);
  if (decimals === undefined) throw new RangeError(`${code} is not a currency that this runtime knows`);
  const event: AccountOpened = { type: 'AccountOpened', accountId, name, currency: code, decimals, metadata };
  return { event, recordedAt };
}

interface Opening {
  readonly id: string;
  readonly event: AccountOpened;
  readonly recordedAt: Instant;
}

async function readOpening(store: EventStore, accountId: string): Promise<Opening | undefined> {
  for await (const recorded of store.readForwards(accountStream(accountId), 0, 1)) {
    const { id, event, context } = fromRecordedEvent(recorded);
    if (event?.type !== 'AccountOpened' || recorded.revision !== 0) {
      throw new UnreadableEventError(recorded, 'the stream of an account does not begin with its opening');
    }
    return { id, event, recordedAt: context.recordedAt };
  }
  return undefined;
}

function outcomeOf(command: OpenAccount, { id, event, recordedAt }: Opening, ownId: string): OpeningOutcome {
  if (id === ownId) return { kind: 'opened', account: event, recordedAt, replayed: false };
  const differs = [
    command.name !== event.name && 'name',
    command.currency !== undefined && command.currency !== event.currency && 'currency',
    !sameMetadata(command.metadata, event.metadata) && 'metadata',
  ].filter((field) => field !== false);
  return differs.length > 0
    ? { kind: 'taken', differs }
    : { kind: 'opened', account: event, recordedAt, replayed: true };
}
