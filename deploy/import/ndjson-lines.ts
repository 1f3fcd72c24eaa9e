import { type InputLine, type RequiredFields, wrongField } from './input-line.ts';
import type { Line } from './lines-of.ts';

const names = {
  accountId: 'accountId',
  transactionId: 'transactionId',
  type: 'type',
  amount: 'amount',
  currency: 'currency',
  effectiveAt: 'effectiveAt',
} as const satisfies Record<keyof RequiredFields, string>;

/** The one column of an NDJSON file, for those of its lines that are not accepted. */
export const ndjsonColumns = ['json'] as const;

/** Reads a line that has the bulk endpoint's members; undefined for a blank one. */
export function readNdjsonLine(line: Line, defaultCurrency: string | undefined): InputLine | undefined {
  const { number, text, tooLong } = line;
  const unreadable = (reason: string): InputLine => ({ kind: 'unreadable', number, original: [text], reason });
  if (tooLong) return unreadable('the line is too long');
  if (text.trim() === '') return undefined;
  if (text.includes('\uFFFD')) return unreadable('the line is not UTF-8');
  const command = parseObject(text);
  if (typeof command === 'string') return unreadable(command);

  for (const name of ['accountId', 'transactionId', 'type', 'amount'] as const) {
    if (typeof command[name] !== 'string') return unreadable(`${name} is ${show(command[name])}: expected a string`);
  }
  for (const name of ['currency', 'effectiveAt'] as const) {
    const value = command[name];
    if (value !== undefined && typeof value !== 'string') {
      return unreadable(`${name} is ${show(value)}: expected a string`);
    }
  }
  const fields = command as Record<string, unknown> & RequiredFields;
  const currency = fields.currency ?? defaultCurrency;
  const wrong = wrongField({ ...fields, currency, effectiveAt: fields.effectiveAt }, names);
  if (wrong !== undefined) return unreadable(wrong);
  const json = currency === fields.currency ? text : JSON.stringify({ ...command, currency });
  return { kind: 'transaction', number, original: [text], accountId: fields.accountId, currency, json };
}

/** The object, or why there is none. */
function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return 'the line is not a JSON object';
  } catch (error) {
    if (error instanceof SyntaxError) return `the line is not JSON: ${error.message}`;
    throw error;
  }
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 50);
}
