import { formatMinor } from '@ledger/shared/money';
import { formatInstant, type Instant } from '@ledger/shared/time';
import type { Entry } from '../statement/outcomes.ts';
import type { Statement } from '../statement/statement.ts';

const columns = [
  'line',
  'accountId',
  'transactionId',
  'outcome',
  'effectiveAt',
  'recordedAt',
  'revision',
  'currency',
  'amount',
  'change',
  'runningBalance',
  'balance',
  'description',
  'metadata',
  'reason',
  'shortfall',
  'firstNegativeAt',
] as const;

type Row = Partial<Record<(typeof columns)[number], string>>;

/** A statement as CSV, some lines at a time (RFC 4180). Amounts and dates are as in JSON. */
export async function* statementCsv(
  statement: Statement,
  entries: AsyncIterable<readonly Entry[]>,
): AsyncGenerator<string> {
  const { from, to, order } = statement.range;
  const opening = balanceLine(statement, 'opening-balance', statement.openingBalance, from);
  const closing = balanceLine(statement, 'closing-balance', statement.closingBalance, to);
  const [first, last] = order === 'asc' ? [opening, closing] : [closing, opening];
  yield lineOf(Object.fromEntries(columns.map((column) => [column, column]))) + lineOf(first);
  for await (const together of entries) yield together.map((entry) => lineOf(entryLine(statement, entry))).join('');
  yield lineOf(last);
}

function balanceLine({ known }: Statement, line: string, balance: bigint, at: Instant | undefined): Row {
  const { accountId, currency, decimals, upTo } = known;
  return {
    line,
    accountId,
    effectiveAt: at === undefined ? '' : formatInstant(at),
    revision: String(upTo.revision),
    currency,
    runningBalance: formatMinor(balance, decimals),
  };
}

function entryLine({ known }: Statement, entry: Entry): Row {
  const { accountId, currency, decimals } = known;
  const { refusal } = entry;
  return {
    line: entry.type,
    accountId,
    transactionId: entry.transactionId,
    outcome: refusal ? 'refused' : 'accepted',
    effectiveAt: formatInstant(entry.effectiveAt),
    recordedAt: formatInstant(entry.recordedAt),
    revision: String(entry.revision),
    currency,
    amount: formatMinor(entry.amount, decimals),
    change: formatMinor(entry.delta, decimals),
    runningBalance: formatMinor(entry.runningBalance, decimals),
    balance: formatMinor(entry.balance, decimals),
    description: harmless(entry.description),
    metadata: JSON.stringify(entry.metadata),
    ...(refusal && {
      reason: refusal.reason,
      shortfall: formatMinor(refusal.shortfall, decimals),
      firstNegativeAt: refusal.firstNegativeAt === null ? '' : formatInstant(refusal.firstNegativeAt),
    }),
  };
}

/**
 * Text that a spreadsheet could take for a formula begins with an apostrophe instead, and so does what begins with one
 * itself: who takes away one apostrophe has the text as it was. Ids are as they are: their characters make no formula
 * that could call anything; metadata, being JSON, begin with a brace.
 */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n'＝＋－＠]/.test(text) ? `'${text}` : text;
}

function lineOf(row: Row): string {
  return `${columns.map((column) => field(row[column] ?? '')).join(',')}\r\n`;
}

/** RFC 4180 section 2, rules 5 to 7. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
