import type { JsonEvent } from '@ledger/shared/event-store/event-store';
import { formatMinor } from '@ledger/shared/money';
import { formatInstant, type Instant } from '@ledger/shared/time';
import { type AccountHistory, accountHistory } from '../../../deploy/test/account-history.fixture.ts';
import type { EntryType } from './range.ts';

/** What became of one command. */
export interface NaiveEntry {
  readonly transactionId: string;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly revision: number;
  /** 0: refused. */
  readonly delta: bigint;
}

export interface NaiveAccount {
  readonly history: AccountHistory;
  readonly entries: readonly NaiveEntry[];
}

export interface Step {
  readonly delta: bigint;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
}

/** An account after some commands, and the plain list of what became of them. */
export function naiveAccount(accountId: string, openedAt: Instant, steps: readonly Step[]): NaiveAccount {
  const history = accountHistory(accountId, openedAt);
  const entries = steps.map(({ delta, effectiveAt, recordedAt }): NaiveEntry => {
    const revision = history.revision + 1;
    const { type }: JsonEvent = history.transact(delta, effectiveAt, recordedAt);
    const isRefused = type === 'WithdrawalRefused';
    return { transactionId: `t-${revision}`, effectiveAt, recordedAt, revision, delta: isRefused ? 0n : delta };
  });
  return { history, entries };
}

export interface NaiveRange {
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  readonly knownAt: Instant | undefined;
  readonly order: 'asc' | 'desc';
  readonly types: readonly EntryType[];
}

/** A statement as the API should answer it, folded from the list. */
export function naiveStatement({ history, entries }: NaiveAccount, range: NaiveRange) {
  const { from = -Infinity, to = Infinity, knownAt = Infinity, order, types } = range;
  const known = entries
    .filter(({ recordedAt }) => recordedAt <= knownAt)
    .sort((a, b) => a.effectiveAt - b.effectiveAt || a.revision - b.revision);
  let balance = 0n;
  const withBalances = known.map((entry) => {
    balance += entry.delta;
    return { ...entry, balance };
  });
  const balanceAt = (isCounted: (date: Instant) => boolean) =>
    withBalances.filter(({ effectiveAt }) => isCounted(effectiveAt)).at(-1)?.balance ?? 0n;
  const shown = withBalances.filter(
    ({ effectiveAt, delta }) => effectiveAt >= from && effectiveAt <= to && types.includes(typeOf(delta)),
  );
  if (order === 'desc') shown.reverse();
  return {
    revision: range.knownAt === undefined ? history.revision : Math.max(0, ...known.map(({ revision }) => revision)),
    openingBalance: formatMinor(
      balanceAt((date) => date < from),
      2,
    ),
    closingBalance: formatMinor(
      balanceAt((date) => date <= to),
      2,
    ),
    transactions: shown.map(({ transactionId, revision, effectiveAt, delta, balance: runningBalance }) => ({
      transactionId,
      revision: String(revision),
      outcome: delta === 0n ? 'refused' : 'accepted',
      effectiveAt: formatInstant(effectiveAt),
      runningBalance: formatMinor(runningBalance, 2),
    })),
  };
}

function typeOf(delta: bigint): EntryType {
  if (delta === 0n) return 'WithdrawalRefused';
  return delta > 0n ? 'Deposited' : 'Withdrawn';
}
