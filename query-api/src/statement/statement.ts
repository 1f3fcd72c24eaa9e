import { withSnapshot } from '@ledger/shared/database/transaction';
import { Problem } from '@ledger/shared/problems';
import { readNewest } from '../consistency/newest-event.ts';
import { readTail } from '../consistency/stream-tail.ts';
import { suffices, type Wanted } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';
import { type StatementCursor, writeCursor } from './cursor.ts';
import { lineOf, type StatementLine } from './line.ts';
import { readLines, readSums, type StatementSums } from './lines-table.ts';
import { isBefore, isInPage, type PageRange, pageRange, type StatementRange } from './range.ts';

/** A page of an account's statement, as of a revision. Amounts are minor units. */
export interface StatementPage {
  readonly currency: string;
  readonly decimals: number;
  readonly revision: number;
  /** The balance before the statement's first date, and as of its last: of all its pages, not of this one. */
  readonly openingBalance: bigint;
  readonly closingBalance: bigint;
  readonly lines: readonly (StatementLine & { readonly runningBalance: bigint })[];
  readonly nextCursor: string | null;
}

/** The first page of a range, or the page that a cursor leads to. */
export type StatementRequest = { readonly limit: number } & (
  | { readonly range: StatementRange; readonly cursor?: never }
  | { readonly cursor: StatementCursor; readonly range?: never }
);

/** What to read for a page: lines up to the revision `pinned`, one more than it shows, to know whether there are more. */
interface Piece {
  readonly accountId: string;
  readonly page: PageRange;
  readonly pinned: number;
  readonly limit: number;
}

interface Part extends StatementSums {
  readonly lines: readonly StatementLine[];
}

/**
 * One page. All pages of a cursor's statement are as of the revision of the first.
 * @throws Problem account-not-found, and those of a read that waits.
 */
export async function readStatement(
  side: ReadSide,
  accountId: string,
  request: StatementRequest,
  asked: Wanted,
): Promise<StatementPage> {
  const { limit, cursor } = request;
  const range = cursor ? cursor.range : request.range;
  const page = pageRange(range, cursor?.last);
  const wanted: Wanted = cursor ? { strong: false, minRevision: cursor.pinned } : asked;
  const piece = { accountId, page, pinned: cursor?.pinned ?? Number.MAX_SAFE_INTEGER, limit: limit + 1 };
  const projected = await readProjected(side, piece);
  const part = suffices(wanted, projected?.revision) ? projected : await withTail(side, piece, wanted, projected);
  if (!part) throw new Problem('account-not-found', 'no account with this id is projected');

  const revision = cursor?.pinned ?? part.revision;
  const lines = runningBalances(part.lines.slice(0, limit), part.beforePage, page);
  const last = lines.at(-1);
  const more = part.lines.length > limit && last !== undefined;
  const { currency, decimals, opening, closing } = part;
  return {
    currency,
    decimals,
    revision,
    openingBalance: opening,
    closingBalance: closing,
    lines,
    nextCursor: more ? writeCursor({ accountId, pinned: revision, range, last }) : null,
  };
}

async function readProjected({ pool }: ReadSide, piece: Piece): Promise<Part | undefined> {
  const { accountId, page, pinned, limit } = piece;
  return withSnapshot(pool, async (tx) => {
    const sums = await readSums(tx, accountId, page, pinned);
    if (!sums) return undefined;
    const mostRevision = Math.min(sums.revision, pinned);
    return { ...sums, lines: await readLines(tx, accountId, page, mostRevision, limit) };
  });
}

/** Puts what is not projected yet on top of what is. */
async function withTail(side: ReadSide, piece: Piece, wanted: Wanted, projected: Part | undefined): Promise<Part> {
  const { accountId, page, pinned, limit } = piece;
  if (wanted.minRevision !== undefined) await readNewest(side, accountId, wanted);
  const tail = await readTail(side, accountId, projected?.revision);
  const added = tail.events.flatMap(lineOf).filter((line) => line.revision <= pinned);
  const sum = (base: bigint | undefined, counts: (line: StatementLine) => boolean) =>
    added.filter(counts).reduce((total, { delta }) => total + delta, base ?? 0n);
  const onPage = added.filter((line) => isInPage(line, page));
  const lines = [...(projected?.lines ?? []), ...onPage].sort((a, b) =>
    isBefore(a, b) === (page.order === 'asc') ? -1 : 1,
  );
  const { currency, decimals } = tail.account;
  return {
    currency,
    decimals,
    revision: tail.revision,
    opening: sum(projected?.opening, (line) => line.effectiveAt < page.from),
    closing: sum(projected?.closing, (line) => line.effectiveAt <= page.to),
    beforePage: sum(projected?.beforePage, (line) => isBefore(line, page.start)),
    lines: lines.slice(0, limit),
  };
}

/** The balance after each line in the order of effective date, from the sum of what stands before the page's start. */
function runningBalances(lines: readonly StatementLine[], beforePage: bigint, { order }: PageRange) {
  let balance = beforePage;
  return lines.map((line) => {
    if (order === 'asc') balance += line.delta;
    const runningBalance = balance;
    if (order === 'desc') balance -= line.delta;
    return { ...line, runningBalance };
  });
}
