import { integer } from '@ledger/shared/config';
import { accountId, transactionId } from '@ledger/shared/identifiers';
import { instantExample, parseInstant } from '@ledger/shared/time';
import { z } from 'zod';
import type { Wanted } from '../consistency/wanted.ts';

/** The parameters of the queries: what is not among them is not understood, and said so. */

export const noParams = z.strictObject({});

export const accountParams = z.object({ accountId: accountId.meta({ description: 'The account', example: 'alice' }) });

const transaction = transactionId.meta({ description: 'The transaction', example: 't-1' });

export const transactionParams = z.object({ transactionId: transaction });

export const accountTransactionParams = accountParams.extend({ transactionId: transaction });

/** A date or time in ISO 8601, as an Instant. */
export const instantParameter = (description: string) =>
  z
    .string(`expected one date, such as ${instantExample}`)
    .transform((text, context) => {
      const instant = parseInstant(text);
      if (instant !== undefined) return instant;
      context.addIssue({ code: 'custom', message: `expected a date such as ${instantExample}` });
      return z.NEVER;
    })
    .optional()
    .meta({ description, example: '2026-05-05T14:30:00Z' });

/** A query string's integer is read from text, and documented as the integer that it is. */
function documentedInteger(minimum: number, maximum?: number) {
  return { type: 'integer', pattern: undefined, minimum, ...(maximum === undefined ? {} : { maximum }) };
}

export const limitParameter = integer(1, 1_000)
  .default(100)
  .meta({ ...documentedInteger(1, 1_000), default: 100, description: 'How many a page has at most', example: 100 });

export const consistencyQuery = z.strictObject({
  consistency: z.enum(['default', 'strong'], 'expected default or strong').default('default').meta({
    description: '`strong`: exact as of now, even where the read model is behind. `default`: as the read model stands',
  }),
  minRevision: integer(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({
      ...documentedInteger(0),
      description: 'At least as of this revision, from the answer to a command',
      example: 1,
    }),
});

export function wantedOf({ consistency, minRevision }: z.output<typeof consistencyQuery>): Wanted {
  return { strong: consistency === 'strong', minRevision };
}
