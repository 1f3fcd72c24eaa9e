import { formatMinor } from '@ledger/shared/money';
import { formatInstant, type Instant } from '@ledger/shared/time';
import type { AccountHistory } from '../account-history.fixture.ts';

/** What an account's history says, folded naively over a plain array: what the read side has to agree with. */

export interface Dates {
  readonly at?: Instant | undefined;
  readonly knownAt?: Instant | undefined;
}

interface Outcome {
  readonly revision: number;
  readonly recordedAt: Instant;
}

/** The deposits, withdrawals and refusals that were recorded up to a revision and a time. */
export function outcomesKnown({ events }: AccountHistory, upTo: number, knownAt = Number.POSITIVE_INFINITY): Outcome[] {
  return events
    .map(({ type, metadata }, revision) => ({ type, revision, recordedAt: Date.parse(String(metadata['recordedAt'])) }))
    .filter(({ type }) => ['Deposited', 'Withdrawn', 'WithdrawalRefused'].includes(type))
    .filter(({ revision, recordedAt }) => revision <= upTo && recordedAt <= knownAt);
}

/** The body of the answer to a balance query, of a read model that is at the revision `upTo`. */
export function naiveBalance(history: AccountHistory, upTo: number, { at, knownAt }: Dates) {
  const outcomes = outcomesKnown(history, upTo, knownAt);
  const known = new Set(outcomes.map(({ revision }) => revision));
  const lines = history.lines.filter(
    ({ revision, effectiveAt }) => known.has(revision) && (at === undefined || effectiveAt <= at),
  );
  const newest = lines.at(-1);
  return {
    accountId: history.accountId,
    currency: 'EUR',
    balance: formatMinor(
      lines.reduce((sum, { delta }) => sum + delta, 0n),
      2,
    ),
    revision: knownAt === undefined ? upTo : (outcomes.at(-1)?.revision ?? 0),
    ...(at === undefined ? {} : { at: formatInstant(at) }),
    ...(knownAt === undefined ? {} : { knownAt: formatInstant(knownAt) }),
    recordedAt: newest ? formatInstant(newest.recordedAt) : null,
  };
}
