import { z } from 'zod';
import { entryTypes, orders } from '../statement/range.ts';

/** The bodies of the answers. Every amount is a decimal string that shows all decimals of the account's currency. */

const account = z.string().meta({ example: 'alice' });
const transaction = z.string().meta({ example: 't-1' });
const currency = z.string().meta({ description: 'ISO 4217', example: 'EUR' });
const amount = z.string().meta({ example: '100.00' });
const instant = z.string().meta({ format: 'date-time', example: '2026-05-05T14:30:00.000Z' });
const revision = z.int().meta({ description: 'The account’s revision that this is of', example: 7 });
const position = z
  .string()
  .nullable()
  .meta({ description: 'Of the last projected event in the store: what this is of', example: '1234' });
const flatStrings = z.record(z.string(), z.string());
const type = z.enum(['deposit', 'withdrawal']);

export const accountAnswer = z
  .strictObject({
    accountId: account,
    name: z.string().meta({ example: 'Alice' }),
    currency,
    metadata: flatStrings,
    balance: amount,
    revision,
    openedAt: instant,
    recordedAt: instant.meta({ description: 'When the account’s newest event was recorded' }),
  })
  .meta({ id: 'Account' });

export const accountListAnswer = z
  .strictObject({
    accounts: z.array(accountAnswer),
    nextCursor: z.string().nullable().meta({
      description: 'Null at the end. A page of few accounts, or of none, need not be the last one',
    }),
    position,
  })
  .meta({ id: 'AccountList' });

export const totalsAnswer = z
  .strictObject({
    totals: z.array(z.strictObject({ currency, amount })).meta({
      description: 'The sum of the balances of all accounts, by currency, for each that has had a deposit',
    }),
    at: instant.optional().meta({ description: 'The date asked for' }),
    position,
  })
  .meta({ id: 'Totals' });

export const balanceAnswer = z
  .strictObject({
    accountId: account,
    currency,
    balance: amount,
    revision,
    at: instant.optional().meta({ description: 'The date asked for' }),
    knownAt: instant.optional().meta({ description: 'As known when' }),
    recordedAt: instant.nullable().meta({
      description: 'When the newest line that it counts was recorded; null before the first',
    }),
  })
  .meta({ id: 'Balance' });

const outcome = {
  transactionId: transaction,
  type,
  outcome: z.enum(['accepted', 'refused']),
  amount,
  effectiveAt: instant.meta({ description: 'The date that it counts from' }),
  recordedAt: instant,
  description: z.string(),
  metadata: flatStrings,
  balance: amount.meta({ description: 'The account’s balance when it was recorded' }),
  revision: z.int().meta({ description: 'Its own revision', example: 7 }),
  reason: z.string().optional().meta({ description: 'Why it was refused', example: 'insufficient-funds' }),
  shortfall: amount.optional().meta({ description: 'By how much the balance was too small' }),
  firstNegativeAt: instant
    .nullable()
    .optional()
    .meta({ description: 'The first date that would have been negative; null where it is the current balance' }),
};

export const transactionAnswer = z
  .strictObject({ accountId: account, currency, ...outcome })
  .meta({ id: 'Transaction' });

export const statementAnswer = z
  .strictObject({
    accountId: account,
    currency,
    revision: revision.meta({
      description:
        'All pages of a statement are of this revision; with `knownAt`, of the newest outcome known then, or 0',
      example: 7,
    }),
    from: instant.optional().meta({ description: 'The dates asked for' }),
    to: instant.optional(),
    knownAt: instant.optional(),
    order: z.enum(orders),
    types: z.array(z.enum(entryTypes)),
    openingBalance: amount.meta({ description: 'Before `from`' }),
    transactions: z.array(
      z.strictObject({
        ...outcome,
        runningBalance: amount.meta({
          description: 'After it, in the order of effective date, whatever `types` leaves out',
        }),
      }),
    ),
    closingBalance: amount.meta({ description: 'As of `to`, with all pages' }),
    nextCursor: z.string().nullable().meta({
      description: 'Null at the end. A page of few entries, or of none, need not be the last one',
    }),
  })
  .meta({ id: 'Statement' });

export const statusAnswer = z
  .strictObject({
    state: z.enum(['current', 'behind', 'stopped']),
    stopped: z.string().nullable().meta({ description: 'Why the projector can’t go on, and at which event' }),
    projected: z.strictObject({
      position,
      eventId: z.string().nullable(),
      createdAt: instant.nullable(),
    }),
    lag: z.strictObject({
      events: z.int().meta({ description: 'Account events in the store that are not projected', example: 0 }),
      seconds: z.number().meta({ description: 'Age of the oldest of them', example: 0 }),
      exact: z.boolean().meta({ description: 'False: both are at least so much' }),
    }),
  })
  .meta({ id: 'ReadModelStatus' });
