import { randomUUID } from 'node:crypto';
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
import type { StreamEvent } from './account-stream.ts';
import { appendUntilKnown } from './append.ts';
import type { Unsettled } from './outcome.ts';
import type { StoreClock } from './store-clock.ts';
import type { Timers } from './timers.ts';

export type OpeningOutcome =
  | {
      readonly kind: 'opened';
      readonly account: AccountOpened;
      readonly recordedAt: Instant;
      readonly replayed: boolean;
    }
  | { readonly kind: 'taken'; readonly differs: readonly string[] }
  | { readonly kind: 'unsettled'; readonly reason: Unsettled };

export interface OpeningDependencies {
  readonly store: EventStore;
  readonly clock: StoreClock;
  readonly timers: Timers;
  readonly defaultCurrency: string;
  readonly deadlineMs: number;
  /** Told of each account that was opened by this process: its first command need not read it. */
  readonly onOpened: (opening: StreamEvent) => void;
}

export type Opener = (command: OpenAccount, causation: Causation) => Promise<OpeningOutcome>;

/** Openings that may be under way at a time; past them, the answer is `overloaded`, at once. */
const defaultMostOpenings = 2_000;

const retryPauseMs = 100;

/**
 * Opens accounts. Where an id is taken, the answer is the first opening if the content is the same. It comes when
 * `deadlineMs` has passed at the latest. A command's currency has been checked to be one that this runtime knows.
 * @throws UnreadableEventError, StreamDamagedError (of the promise)
 */
export function createOpener(dependencies: OpeningDependencies, mostOpenings = defaultMostOpenings): Opener {
  const { timers, deadlineMs } = dependencies;
  let underWay = 0;
  return async function open(command, causation) {
    if (underWay >= mostOpenings) return { kind: 'unsettled', reason: 'overloaded' };
    underWay += 1;
    const deadline = timers.now() + deadlineMs;
    const attempt: Attempt = { id: randomUUID(), deadline, isOver: false, opening: undefined };
    const answer = openAccount(dependencies, command, causation, attempt).finally(() => {
      underWay -= 1;
    });
    return new Promise((resolve, reject) => {
      const cancel = timers.after(deadlineMs, () => {
        attempt.isOver = true;
        resolve(unsettled(attempt));
      });
      answer.then(resolve, reject).finally(cancel);
    });
  };
}

interface Attempt {
  readonly id: string;
  readonly deadline: number;
  /** Whether its client was told that there is no outcome: nothing may be sent any more. */
  isOver: boolean;
  /** What was sent, or is just being sent. */
  opening: { readonly event: AccountOpened; readonly recordedAt: Instant } | undefined;
}

function unsettled({ opening }: Attempt): OpeningOutcome {
  return { kind: 'unsettled', reason: opening ? 'outcome-unknown' : 'service-unavailable' };
}

async function openAccount(
  dependencies: OpeningDependencies,
  command: OpenAccount,
  causation: Causation,
  attempt: Attempt,
): Promise<OpeningOutcome> {
  const { store, clock, timers, defaultCurrency } = dependencies;
  const { id, deadline } = attempt;
  const stream = accountStream(command.accountId);
  while (!attempt.isOver) {
    try {
      const first = await readOpening(store, command.accountId);
      if (first) return outcomeOf(command, first, id);
      // Reading took time.
      if (attempt.isOver) break;
      attempt.opening ??= draftOpening(command, clock, defaultCurrency);
      const { event, recordedAt } = attempt.opening;
      const { currency, decimals } = event;
      const asked = askedOfOpening(command, currency);
      const account = { balance: 0n, latestEffectiveAt: null, currency, decimals };
      const context = { ...causation, recordedAt, asked, account };
      const recorded = toJsonEvent(id, event, context);
      const { revision } = await appendUntilKnown(dependencies, stream, [recorded], 'no_stream', deadline);
      if (revision !== 0) throw new StoreUnavailableError(`${stream}: the first append is said to end at ${revision}`);
      dependencies.onOpened({ id, event, context, revision });
      return { kind: 'opened', account: event, recordedAt, replayed: false };
    } catch (error) {
      const passing = [StoreUnavailableError, OutcomeUnknownError, WrongRevisionError].some(
        (kind) => error instanceof kind,
      );
      if (!passing) throw error;
      await timers.pause(retryPauseMs);
    }
  }
  return unsettled(attempt);
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
    if (event?.type !== 'AccountOpened' || event.accountId !== accountId || recorded.revision !== 0) {
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
