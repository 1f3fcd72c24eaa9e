import { accountId, transactionId } from '@ledger/shared/identifiers';
import { parseDecimal } from '@ledger/shared/money';
import { instantExample, parseInstant } from '@ledger/shared/time';

/** A line that can be sent. */
export interface TransactionLine {
  readonly kind: 'transaction';
  /** The line's number in the file, from 1. */
  readonly number: number;
  /** Its columns as they are in the file. */
  readonly original: readonly string[];
  readonly accountId: string;
  /** What its account is opened with where it is new; undefined: the ledger's default. */
  readonly currency: string | undefined;
  /** The command, as the bulk endpoint takes it. */
  readonly json: string;
}

/** A line that can't, and why. */
export interface UnreadableLine {
  readonly kind: 'unreadable';
  readonly number: number;
  readonly original: readonly string[];
  readonly reason: string;
}

export type InputLine = TransactionLine | UnreadableLine;

/** What can be said about a file as a whole: nothing of it can be imported. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** The members that every command has; anything more is for the ledger to judge. */
export interface RequiredFields {
  readonly accountId: string;
  readonly transactionId: string;
  readonly type: string;
  readonly amount: string;
  readonly currency: string | undefined;
  readonly effectiveAt: string | undefined;
}

/** What a reader calls each field in its file. */
export type FieldNames = Readonly<Record<keyof RequiredFields, string>>;

/** The first field that is wrong, what it holds and what would be right; undefined where all can be sent. */
export function wrongField(fields: RequiredFields, names: FieldNames): string | undefined {
  const wrong = (field: keyof RequiredFields, expected: string) =>
    fields[field] ? `${names[field]} is "${fields[field]}": ${expected}` : `${names[field]} is empty: ${expected}`;
  const account = accountId.safeParse(fields.accountId);
  if (!account.success) return wrong('accountId', account.error.issues[0]?.message ?? '');
  const transaction = transactionId.safeParse(fields.transactionId);
  if (!transaction.success) return wrong('transactionId', transaction.error.issues[0]?.message ?? '');
  if (fields.type !== 'deposit' && fields.type !== 'withdrawal') return wrong('type', 'expected deposit or withdrawal');
  const amount = parseDecimal(fields.amount);
  if (!amount || amount.digits === 0n) return wrong('amount', 'expected a positive number such as 100.00');
  if (fields.currency !== undefined && !/^[A-Z]{3}$/.test(fields.currency)) {
    return wrong('currency', 'expected a code of ISO 4217 such as EUR');
  }
  if (fields.effectiveAt !== undefined && parseInstant(fields.effectiveAt) === undefined) {
    return wrong('effectiveAt', `expected a date such as ${instantExample}`);
  }
  return undefined;
}
