import type { CsvRecord } from './csv-records.ts';
import { type InputLine, UnreadableFile, wrongField } from './input-line.ts';
import { isRejectionColumn } from './rejected-file.ts';

/** Column by column: what it is in a command. */
const meanings = {
  account_id: 'accountId',
  transaction_id: 'transactionId',
  type: 'type',
  amount: 'amount',
  date: 'effectiveAt',
  effective_at: 'effectiveAt',
  currency: 'currency',
  description: 'description',
} as const;

type Meaning = (typeof meanings)[keyof typeof meanings];

const required: readonly (keyof typeof meanings)[] = ['account_id', 'transaction_id', 'type', 'amount'];

/** What spreadsheets also write between columns. */
const otherSeparators = [
  { character: ';', name: 'semicolons' },
  { character: '\t', name: 'tabs' },
] as const;

/** Turns the records after a header into lines to send. */
export type CsvReader = (record: CsvRecord) => InputLine;

/**
 * Reads a header: columns in any order. `defaultCurrency` is for lines that name none.
 * @throws UnreadableFile naming every column that is missing or stands twice.
 */
export function csvReader(header: readonly string[], defaultCurrency: string | undefined): CsvReader {
  checkHeader(header);
  const columnOf = new Map<Meaning, number>();
  const metadataColumns: { readonly name: string; readonly index: number }[] = [];
  header.forEach((name, index) => {
    if (isMeaning(name)) columnOf.set(meanings[name], index);
    else if (!isRejectionColumn(name)) metadataColumns.push({ name, index });
  });
  const dateColumn = header.includes('date') ? 'date' : 'effective_at';
  const names = {
    accountId: 'account_id',
    transactionId: 'transaction_id',
    type: 'type',
    amount: 'amount',
    currency: 'currency',
    effectiveAt: dateColumn,
  };

  return function readRecord({ number, fields, error }) {
    const unreadable = (reason: string): InputLine => ({ kind: 'unreadable', number, original: fields, reason });
    if (error !== undefined) return unreadable(error);
    if (fields.length !== header.length) {
      return unreadable(`the line has ${fields.length} columns, the header ${header.length}`);
    }
    const field = (meaning: Meaning) => fields[columnOf.get(meaning) ?? -1] ?? '';
    const command = {
      accountId: field('accountId'),
      transactionId: field('transactionId'),
      type: field('type'),
      amount: field('amount'),
      currency: field('currency') || defaultCurrency,
      effectiveAt: field('effectiveAt'),
    };
    const wrong = wrongField(command, names);
    if (wrong !== undefined) return unreadable(wrong);

    const metadata: Record<string, string> = {};
    for (const { name, index } of metadataColumns) {
      const value = fields[index];
      if (value) metadata[name] = value;
    }
    const description = field('description');
    const json = JSON.stringify({
      ...command,
      ...(description && { description }),
      ...(Object.keys(metadata).length > 0 && { metadata }),
    });
    const { accountId, currency } = command;
    return { kind: 'transaction', number, original: fields, accountId, currency, json };
  };
}

function isMeaning(name: string): name is keyof typeof meanings {
  return Object.hasOwn(meanings, name);
}

function checkHeader(header: readonly string[]): void {
  const separator =
    header.length === 1 ? otherSeparators.find(({ character }) => header[0]?.includes(character)) : undefined;
  if (separator !== undefined) {
    throw new UnreadableFile(`line 1: the columns are separated by ${separator.name}; save the file with commas`);
  }
  const faults = required.filter((name) => !header.includes(name)).map((name) => `${name} is missing`);
  if (!header.includes('date') && !header.includes('effective_at')) faults.push('date (or effective_at) is missing');
  if (header.includes('date') && header.includes('effective_at')) faults.push('date and effective_at are the same');
  const twice = new Set(header.filter((name, index) => header.indexOf(name) !== index));
  for (const name of twice) faults.push(`${name || 'a column without a name'} is there twice`);
  if (header.includes('')) faults.push(`column ${header.indexOf('') + 1} has no name`);
  if (faults.length > 0) {
    throw new UnreadableFile(`line 1: ${faults.join('; ')}; the columns are ${header.join(', ').slice(0, 500)}`);
  }
}
