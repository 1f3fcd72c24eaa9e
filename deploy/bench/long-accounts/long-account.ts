import type { Asked, TransactionEvent } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';

/** What somebody once asked for: number 1, 2, 3… of an account, at the revision of that number. */
export interface PastTransaction {
  readonly transactionId: string;
  readonly type: 'deposit' | 'withdrawal';
  readonly amountMinor: bigint;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
}

export const OPENED_AT = Date.UTC(2025, 0, 1);
const APART_MS = 20_000;
const DAY_MS = 86_400_000;

/** Deposits mostly; one in ten is a withdrawal, and one in ten counts from the day before. No balance is ever negative. */
export function transactionNumber(n: number): PastTransaction {
  const recordedAt = OPENED_AT + n * APART_MS;
  const isWithdrawal = n % 10 === 0;
  return {
    transactionId: `t-${n}`,
    type: isWithdrawal ? 'withdrawal' : 'deposit',
    amountMinor: isWithdrawal ? 500n : 1_000n,
    effectiveAt: n % 10 === 5 ? recordedAt - DAY_MS : recordedAt,
    recordedAt,
  };
}

export function deltaOfPast({ type, amountMinor }: PastTransaction): bigint {
  return type === 'deposit' ? amountMinor : -amountMinor;
}

/** The facts of such an account, as the ledger would have recorded them. */
export interface PastEvent {
  readonly event: TransactionEvent;
  readonly recordedAt: Instant;
  readonly latestEffectiveAt: Instant;
  readonly asked: Asked;
}

/** @param askedOf what a retry would be compared with */
export function* pastEvents(
  accountId: string,
  transactions: number,
  askedOf: (transaction: PastTransaction) => Asked,
): Generator<PastEvent> {
  let balance = 0n;
  let latestEffectiveAt = Number.NEGATIVE_INFINITY;
  for (let n = 1; n <= transactions; n++) {
    const transaction = transactionNumber(n);
    const { transactionId, type, amountMinor: amount, effectiveAt, recordedAt } = transaction;
    balance += deltaOfPast(transaction);
    latestEffectiveAt = Math.max(latestEffectiveAt, effectiveAt);
    const content = { accountId, transactionId, amount, currency: 'EUR', effectiveAt, description: '', metadata: {} };
    const event: TransactionEvent = { type: type === 'deposit' ? 'Deposited' : 'Withdrawn', ...content, balance };
    yield { event, recordedAt, latestEffectiveAt, asked: askedOf(transaction) };
  }
}

/** The balance at the end of an instant, and the lowest from then on, by a look at every movement. */
export function balancesFrom(at: Instant, transactions: number): { asOf: bigint; lowest: bigint } {
  const past = Array.from({ length: transactions }, (_, i) => transactionNumber(i + 1));
  const later = past.filter(({ effectiveAt }) => effectiveAt > at).sort((a, b) => a.effectiveAt - b.effectiveAt);
  const asOf = past.reduce((sum, each) => (each.effectiveAt <= at ? sum + deltaOfPast(each) : sum), 0n);
  let balance = asOf;
  let lowest = asOf;
  for (const [i, each] of later.entries()) {
    balance += deltaOfPast(each);
    // What has one date counts together.
    if (later[i + 1]?.effectiveAt !== each.effectiveAt && balance < lowest) lowest = balance;
  }
  return { asOf, lowest };
}

export function balanceAfter(transactions: number): bigint {
  return balancesFrom(Number.POSITIVE_INFINITY, transactions).asOf;
}
