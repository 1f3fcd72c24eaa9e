import { accountId, transactionId } from '@ledger/shared/identifiers';
import { type OlderTime, olderTimeExample, parseOlderTime } from '@ledger/shared/older-apis/time';
import { olderTypes } from '@ledger/shared/older-apis/transaction';
import { z } from 'zod';
import type { TransactionCommand } from '../../account/commands.ts';
import { accountName, objectExpected, positiveDecimal } from '../command-schemas.ts';

/** A time without an offset may be of a clock so far ahead of UTC: Kiribati's, UTC+14. */
const otherZoneMs = 14 * 60 * 60 * 1000;

const amountMessage =
  'expected a positive decimal such as "100.00", of at most 40 characters, or a JSON number of at most 15 significant digits';

const amount = z
  .union([z.string(), z.number()], amountMessage)
  .transform((value) => String(value))
  .pipe(positiveDecimal(amountMessage))
  .meta({
    description:
      'Positive, with at most the decimals of the account’s currency; as a number, of at most 15 significant digits',
    example: '100.00',
    type: ['string', 'number'],
  });

const userIdMessage =
  'expected a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -, or a whole number of at most 15 digits';

const userId = z
  .union([z.string(), z.int()], userIdMessage)
  .transform((value) => String(value))
  .pipe(accountId)
  .meta({ description: 'As a number, of at most 15 digits', example: 42, type: ['string', 'integer'] });

const timeMessage = `expected a time such as ${olderTimeExample}`;

const time = z
  .string(timeMessage)
  .transform((value, context) => {
    const read = parseOlderTime(value);
    if (read) return read;
    context.addIssue({ code: 'custom', message: timeMessage });
    return z.NEVER;
  })
  .nullish()
  .meta({
    description:
      'The date that it counts from; left out or null: now. Without an offset it is UTC, and up to 14 hours ahead counts as now',
    example: '2023-01-04T00:00:00',
    type: ['string', 'null'],
  });

const uid = transactionId.meta({
  description: 'Unique in the whole service',
  example: '5f0b9d6e-9d0a-4b5e-8a51-0f6b2f4f5a10',
});

const type = z
  .enum(Object.values(olderTypes), 'expected "DEPOSIT" or "WITHDRAW"')
  .transform((value) => (value === olderTypes.deposit ? 'deposit' : 'withdrawal'))
  .meta({ type: 'string', enum: Object.values(olderTypes) });

export const newUserBody = z.strictObject({ name: accountName }, objectExpected);
export const userBody = z.strictObject(
  { id: accountId.meta({ description: 'Yours', example: 'alice' }), name: accountName },
  objectExpected,
);

const firstContent = { type, amount, user_id: userId, timestamp: time };
export const uidBody = z.strictObject({ uid, ...firstContent }, objectExpected);
export const uuidBody = z.strictObject({ uuid: uid, ...firstContent }, objectExpected);
export const secondBody = z.strictObject({ uid, type, user_id: userId, amount, created_at: time }, objectExpected);

/** The command that a transaction of either generation is; `date`: the one that it counts from; without it, now. */
export function commandOf(
  { uid, type, user_id, amount }: Omit<z.output<typeof secondBody>, 'created_at'>,
  date: OlderTime | null | undefined,
): TransactionCommand {
  return {
    accountId: user_id,
    transactionId: uid,
    type,
    amount,
    currency: undefined,
    effectiveAt: date?.instant,
    description: '',
    metadata: {},
    ...(date && !date.hasOffset ? { clockToleranceMs: otherZoneMs } : {}),
  };
}
