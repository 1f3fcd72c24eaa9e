import { accountId, transactionId } from '@ledger/shared/identifiers';
import { currencyDecimals, parseDecimal } from '@ledger/shared/money';
import { instantExample, parseInstant } from '@ledger/shared/time';
import { z } from 'zod';

/** The largest metadata, as JSON. */
const metadataLimitBytes = 16 * 1024;

/** PostgreSQL holds neither U+0000 in text nor a lone surrogate in JSON, so no event may. */
const storable = (text: string) => text.isWellFormed() && !text.includes('\u0000');
const notStorable = 'holds U+0000 or a lone surrogate, which can’t be stored';

const text = (most: number) =>
  z
    .string(`expected a string of at most ${most} characters`)
    .refine((value) => [...value].length <= most, `expected at most ${most} characters`)
    .refine(storable, notStorable);

/** A record's schema passes over this name without a word, and what was sent would not be what is kept. */
const refuseProto = (value: unknown, context: z.RefinementCtx): unknown => {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__')) {
    context.addIssue({ code: 'custom', message: 'expected names other than "__proto__"' });
  }
  return value;
};

const metadata = z
  .preprocess(
    refuseProto,
    z.record(
      z.string(),
      z.string('expected a string: metadata is a flat object of strings'),
      'expected a flat object of strings',
    ),
  )
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= metadataLimitBytes, 'expected at most 16 kB as JSON')
  .refine((value) => Object.entries(value).flat().every(storable), notStorable)
  .meta({ description: 'A flat object of strings, at most 16 kB as JSON', example: { order: '4711' } });

const currency = z
  .string('expected an ISO 4217 code such as "EUR"')
  .refine((code) => currencyDecimals(code) !== undefined, 'expected an ISO 4217 code that is known here, such as "EUR"')
  .meta({ description: 'ISO 4217 code', example: 'EUR' });

/** Reads a positive decimal; `message` says so of any other text. */
export const positiveDecimal = (message: string) =>
  z.transform((value: string, context) => {
    const decimal = parseDecimal(value);
    if (decimal && decimal.digits > 0n) return decimal;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

const amount = z
  .string('expected a decimal string such as "100.00" (a string, so that no digit gets lost)')
  .pipe(positiveDecimal('expected a positive decimal string such as "100.00", of at most 40 characters'))
  .meta({
    description: 'Positive, with at most the decimals of the currency; a string',
    example: '100.00',
    type: 'string',
  });

const effectiveAt = z
  .string(`expected an ISO 8601 date such as ${instantExample}`)
  .transform((value, context) => {
    const instant = parseInstant(value);
    if (instant !== undefined) return instant;
    context.addIssue({ code: 'custom', message: `expected an ISO 8601 date such as ${instantExample}` });
    return z.NEVER;
  })
  .meta({
    description:
      'The date that the transaction counts from, ISO 8601, UTC where it has no offset; left out: when it is recorded',
    example: '2026-05-05T14:30:00Z',
    type: 'string',
  });

/** Of the schema of a body. */
export const objectExpected = {
  error: (issue: { readonly code: string | undefined }) =>
    issue.code === 'invalid_type' ? 'expected a JSON object' : undefined,
};

export const accountName = text(200)
  .refine((value) => value.length > 0, 'expected at least one character')
  .meta({ description: '1 to 200 characters; need not be unique', example: 'Alice' });

export const openAccountBody = z.strictObject(
  { name: accountName, currency: currency.optional(), metadata: metadata.default({}) },
  objectExpected,
);

const content = {
  type: z.enum(['deposit', 'withdrawal'], 'expected "deposit" or "withdrawal"'),
  amount,
  currency: currency.optional(),
  effectiveAt: effectiveAt.optional(),
  description: text(1_000).default('').meta({ description: 'At most 1,000 characters', example: 'Invoice 4711' }),
  metadata: metadata.default({}),
};

export const transactionBody = z.strictObject(content, objectExpected);

/** One command among many. */
export const bulkCommand = z.strictObject({ accountId, transactionId, ...content }, objectExpected);

export const accountParams = z.object({ accountId });
export const transactionParams = z.object({ accountId, transactionId });

export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'expected 1 to 255 printable ASCII characters without spaces');
