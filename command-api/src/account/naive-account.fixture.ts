import { maxBalanceMinor } from '@ledger/shared/money';
import type { Instant } from '@ledger/shared/time';
import type { TransactionCommand } from './commands.ts';

/** An outcome under a transaction id, as plain data. */
interface Line {
  readonly command: TransactionCommand;
  readonly at: Instant;
  readonly delta: bigint;
  readonly balance: bigint;
}

/**
 * The rules once more, as an auditor with a list and a pencil would apply them: no state but the lines, every balance
 * summed up anew, every date looked at. What `decide` answers is held against it.
 */
export class NaiveAccount {
  readonly lines: Line[] = [];
  readonly #currency: string;
  readonly #decimals: number;

  constructor(currency: string, decimals: number) {
    this.#currency = currency;
    this.#decimals = decimals;
  }

  /** What must become of a command, in the shape of {@link inShort}; what is recorded becomes a line. */
  decide(command: TransactionCommand, now: Instant): Readonly<Record<string, unknown>> {
    const first = this.lines.find((line) => line.command.transactionId === command.transactionId);
    if (first) {
      const differs = this.#differences(command, first.command);
      return differs.length === 0 ? { ends: 'replay' } : { ends: 'transaction-id-reused', differs };
    }
    if (command.currency !== undefined && command.currency !== this.#currency) return { ends: 'currency-mismatch' };
    if (command.amount.scale > this.#decimals) return { ends: 'too-many-decimals' };
    if (command.effectiveAt !== undefined && command.effectiveAt - now > 300_000) {
      return { ends: 'effective-date-in-future' };
    }
    const amount = this.#minor(command);
    const at = Math.min(command.effectiveAt ?? now, now);
    const balance = this.balanceAt(Number.POSITIVE_INFINITY);
    const delta = command.type === 'deposit' ? amount : -amount;
    const after = this.#instantsFrom(at).map((instant) => ({ instant, balance: this.balanceAt(instant) + delta }));

    if (command.type === 'deposit') {
      if (after.some((later) => later.balance > maxBalanceMinor)) return { ends: 'balance-limit-exceeded' };
      return this.#record('Deposited', { command, at, delta, balance: balance + delta });
    }
    const refused = { command, at, delta: 0n, balance };
    if (balance < amount) {
      const why = { reason: 'insufficient-funds', shortfall: amount - balance, firstNegativeAt: null };
      return this.#record('WithdrawalRefused', refused, why);
    }
    const negative = after.find((later) => later.balance < 0n);
    if (negative) {
      const why = { shortfall: -negative.balance, firstNegativeAt: negative.instant };
      return this.#record('WithdrawalRefused', refused, { reason: 'insufficient-funds-at-date', ...why });
    }
    return this.#record('Withdrawn', { command, at, delta, balance: balance + delta });
  }

  /** At the end of an instant. */
  balanceAt(instant: Instant): bigint {
    return this.lines.reduce((sum, { at, delta }) => (at <= instant ? sum + delta : sum), 0n);
  }

  /** The latest date of a movement. */
  get latestEffectiveAt(): Instant | null {
    const dates = this.lines.flatMap(({ at, delta }) => (delta === 0n ? [] : at));
    return dates.length === 0 ? null : Math.max(...dates);
  }

  #record(ends: string, line: Line, why = {}): Readonly<Record<string, unknown>> {
    this.lines.push(line);
    const { transactionId, description, metadata } = line.command;
    const amount = this.#minor(line.command);
    const content = { transactionId, amount, currency: this.#currency, description, metadata };
    return { ends, ...content, accountId: 'alice', effectiveAt: line.at, balance: line.balance, ...why };
  }

  #instantsFrom(from: Instant): Instant[] {
    const later = this.lines.map(({ at }) => at).filter((at) => at > from);
    return [from, ...later.sort((a, b) => a - b)];
  }

  /** In minor units; the command has no more decimals than the currency. */
  #minor({ amount: { digits, scale } }: TransactionCommand): bigint {
    return (digits * 10n ** BigInt(this.#decimals)) / 10n ** BigInt(scale);
  }

  #differences(a: TransactionCommand, b: TransactionCommand): string[] {
    const asText = (command: TransactionCommand) => ({
      type: command.type,
      amount: String(command.amount.digits * 10n ** BigInt(9 - command.amount.scale)),
      currency: command.currency ?? this.#currency,
      effectiveAt: String(command.effectiveAt),
      description: command.description,
      metadata: JSON.stringify(Object.entries(command.metadata).sort()),
    });
    const [one, other] = [asText(a), asText(b)];
    return (Object.keys(one) as (keyof typeof one)[]).filter((field) => one[field] !== other[field]);
  }
}
