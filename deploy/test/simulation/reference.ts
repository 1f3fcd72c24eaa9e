import type { AccountEvent } from '@ledger/shared/events/account-events';
import { maxBalanceMinor, toMinor } from '@ledger/shared/money';
import type { TransactionCommand } from '../../../command-api/src/account/commands.ts';

/** What a command must lead to, decided naively: by a look at every line of a plain list. Amounts in cents. */
export type Verdict =
  | { readonly rule: 'replay' | 'transaction-id-reused' | 'account-not-found' | 'currency-mismatch' }
  | { readonly rule: 'effective-date-in-future' | 'balance-limit-exceeded' }
  | { readonly rule: 'Deposited' | 'Withdrawn'; readonly effectiveAt: number; readonly balance: bigint }
  | {
      readonly rule: 'insufficient-funds' | 'insufficient-funds-at-date';
      readonly effectiveAt: number;
      readonly balance: bigint;
      readonly shortfall: bigint;
      readonly firstNegativeAt: number | null;
    };

/** An event of an account, and what was asked for as its date. */
export interface Fact {
  readonly event: AccountEvent;
  readonly askedDate: number | null;
}

const toleranceMs = 5 * 60_000;

export function judge(facts: readonly Fact[], command: TransactionCommand, now: number): Verdict {
  const first = facts.find(({ event }) => 'transactionId' in event && event.transactionId === command.transactionId);
  if (first) return { rule: isSame(first, command) ? 'replay' : 'transaction-id-reused' };
  if (facts.length === 0) return { rule: 'account-not-found' };
  if (command.currency !== undefined && command.currency !== 'EUR') return { rule: 'currency-mismatch' };
  if (command.effectiveAt !== undefined && command.effectiveAt > now + toleranceMs) {
    return { rule: 'effective-date-in-future' };
  }
  const lines = linesOf(facts);
  const effectiveAt = Math.min(command.effectiveAt ?? now, now);
  const asOf = (date: number) => lines.reduce((sum, { at, delta }) => (at <= date ? sum + delta : sum), 0n);
  const dates = [effectiveAt, ...lines.map(({ at }) => at).filter((at) => at > effectiveAt)].sort((a, b) => a - b);
  const balance = asOf(Number.POSITIVE_INFINITY);
  const amount = toMinor(command.amount, 2) ?? 0n;
  if (command.type === 'deposit') {
    if (dates.some((date) => asOf(date) + amount > maxBalanceMinor)) return { rule: 'balance-limit-exceeded' };
    return { rule: 'Deposited', effectiveAt, balance: balance + amount };
  }
  if (balance < amount) {
    return { rule: 'insufficient-funds', effectiveAt, balance, shortfall: amount - balance, firstNegativeAt: null };
  }
  const firstNegativeAt = dates.find((date) => asOf(date) < amount);
  if (firstNegativeAt !== undefined) {
    const shortfall = amount - asOf(firstNegativeAt);
    return { rule: 'insufficient-funds-at-date', effectiveAt, balance, shortfall, firstNegativeAt };
  }
  return { rule: 'Withdrawn', effectiveAt, balance: balance - amount };
}

/** What each event moved, on which date. */
export function linesOf(facts: readonly Fact[]): readonly { readonly at: number; readonly delta: bigint }[] {
  return facts.flatMap(({ event }) => {
    if (event.type === 'Deposited') return { at: event.effectiveAt, delta: event.amount };
    return event.type === 'Withdrawn' ? { at: event.effectiveAt, delta: -event.amount } : [];
  });
}

function isSame({ event, askedDate }: Fact, command: TransactionCommand): boolean {
  return (
    event.type !== 'AccountOpened' &&
    (event.type === 'Deposited') === (command.type === 'deposit') &&
    event.amount === toMinor(command.amount, 2) &&
    (command.currency ?? 'EUR') === 'EUR' &&
    (command.effectiveAt ?? null) === askedDate
  );
}
