import { z } from 'zod';

/** Types of transactions, as the older APIs write them. */
export const olderTypes = { deposit: 'DEPOSIT', withdrawal: 'WITHDRAW' } as const;

/** A transaction, its amount and date in the form of every answer. */
export interface ShownTransaction {
  readonly transactionId: string;
  readonly accountId: string;
  readonly type: keyof typeof olderTypes;
  readonly amount: string;
  readonly effectiveAt: string;
}

const uid = z
  .string()
  .meta({ description: 'Unique in the whole service', example: '5f0b9d6e-9d0a-4b5e-8a51-0f6b2f4f5a10' });
const type = z.enum(olderTypes);
const amount = z.string().meta({ example: '100.00' });
const date = z.iso
  .datetime()
  .meta({ description: 'The date that it counts from', example: '2023-01-04T00:00:00.000Z' });

/** `number`: where the id is a whole number, as those of users that this API has opened are. */
export const firstUserId = z.union([z.int(), z.string()]).meta({ example: 42 });

export const firstTransaction = z
  .strictObject({ uid, type, amount, user_id: firstUserId, timestamp: date })
  .meta({ id: 'FirstGenerationTransaction' });

export const secondTransaction = z
  .strictObject({ uid, type, user_id: z.string().meta({ example: 'alice' }), amount, created_at: date })
  .meta({ id: 'SecondGenerationTransaction' });

export function showFirst(transaction: ShownTransaction): z.output<typeof firstTransaction> {
  const { transactionId, type, amount, accountId, effectiveAt } = transaction;
  return {
    uid: transactionId,
    type: olderTypes[type],
    amount,
    user_id: showFirstUserId(accountId),
    timestamp: effectiveAt,
  };
}

export function showSecond(transaction: ShownTransaction): z.output<typeof secondTransaction> {
  const { transactionId, type, amount, accountId, effectiveAt } = transaction;
  return { uid: transactionId, type: olderTypes[type], user_id: accountId, amount, created_at: effectiveAt };
}

/** A user's id in the first generation: a number, wherever that is what it says. */
export function showFirstUserId(accountId: string): number | string {
  const number = Number(accountId);
  return Number.isSafeInteger(number) && String(number) === accountId ? number : accountId;
}
