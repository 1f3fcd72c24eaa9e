import { integer } from '@ledger/shared/config';
import { accountId, transactionId } from '@ledger/shared/identifiers';
import { type FieldError, invalidRequest } from '@ledger/shared/problems';
import { type Instant, instantExample, parseInstant } from '@ledger/shared/time';
import { z } from 'zod';
import { storable } from '../account/list-filter.ts';
import type { Wanted } from '../consistency/wanted.ts';
import { entryTypes, orders } from '../statement/range.ts';

/** The parameters of the queries: what is not among them is not understood, and said so. */

export const noParams = z.strictObject({});

export const accountParams = z.object({ accountId: accountId.meta({ description: 'The account', example: 'alice' }) });

const transaction = transactionId.meta({ description: 'The transaction', example: 't-1' });

export const transactionParams = z.object({ transactionId: transaction });

export const accountTransactionParams = accountParams.extend({ transactionId: transaction });

/** A date or time in ISO 8601, as an Instant. */
export const instantParameter = (description: string) => timeParameter(description, parseInstant, instantExample);

/** A date or time in the forms that `parse` reads, of which `examples` shows some, as an Instant. */
export const timeParameter = (description: string, parse: (text: string) => Instant | undefined, examples: string) =>
  z
    .string(`expected one date, such as ${examples}`)
    .transform((text, context) => {
      const instant = parse(text);
      if (instant !== undefined) return instant;
      context.addIssue({ code: 'custom', message: `expected a date such as ${examples}` });
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

export const cursorParameter = (description: string) =>
  z
    .string('expected one cursor')
    .optional()
    .meta({ description: `\`nextCursor\` of the page before${description}` });

/** `knownAt`, where it is the second time axis. */
export const knownAtParameter = instantParameter(
  'As known at this time: only what was recorded at or before it counts',
);

const typesMessage = `expected some of ${entryTypes.join(',')}, with commas between`;

const typesParameter = z
  .string(typesMessage)
  .transform((text, context) => {
    const names = text.split(',');
    if (names.every((name) => entryTypes.some((type) => type === name))) {
      return entryTypes.filter((type) => names.includes(type));
    }
    context.addIssue({ code: 'custom', message: typesMessage });
    return z.NEVER;
  })
  .optional()
  .meta({
    description: `Which entries: ${entryTypes.map((type) => `\`${type}\``).join(', ')}; without it, all but refusals`,
    example: 'Deposited,Withdrawn',
  });

/** Which entries a statement has. */
export const statementQuery = consistencyQuery.extend({
  from: instantParameter('The first date, included'),
  to: instantParameter('The last date, included; a date alone is the start of its day in UTC'),
  knownAt: knownAtParameter,
  order: z
    .enum(orders, `expected ${orders.join(' or ')}`)
    .optional()
    .meta({ description: 'By effective date; `asc`, the oldest first, where it is left out' }),
  types: typesParameter,
});

/** The parameters of a list that are not its filter by metadata; the others are read by `metadataFilter`. */
export const listQuery = consistencyQuery
  .extend({
    limit: limitParameter,
    cursor: cursorParameter('; it stands for the filter too'),
    namePrefix: storable.optional().meta({
      description:
        'Only accounts whose names begin with it, upper and lower case told apart; then in the order of names',
      example: 'Al',
    }),
    'metadata.KEY': storable.optional().meta({
      description:
        'Only accounts whose metadata have this value under KEY, which stands for any key; any number of them',
    }),
  })
  .catchall(z.unknown());

const metadataPrefix = 'metadata.';

/**
 * Reads `metadata.KEY=VALUE`, any number of them, into pairs in the order of their keys.
 * @throws Problem invalid-request that names every other parameter, and every value that is none
 */
export function metadataFilter(parameters: Readonly<Record<string, unknown>>): readonly [key: string, value: string][] {
  const errors: FieldError[] = [];
  const pairs: [string, string][] = [];
  for (const [field, given] of Object.entries(parameters)) {
    const key = storable.safeParse(field.slice(metadataPrefix.length));
    const value = storable.safeParse(given);
    if (!field.startsWith(metadataPrefix)) errors.push({ field, message: 'is not a field of this request' });
    else if (key.success && value.success) pairs.push([key.data, value.data]);
    else errors.push({ field, message: 'expected one value, without U+0000' });
  }
  if (errors.length > 0) throw invalidRequest(errors);
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
}
