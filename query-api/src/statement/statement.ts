import type { Pool } from '@ledger/shared/database/pool';
import type { LineKey } from '@ledger/shared/dated-tree/dated-tree';
import type { Wanted } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';
import { type StatementCursor, writeCursor } from './cursor.ts';
import { type KnownAccount, readKnown } from './known.ts';
import { type Entry, entriesAt } from './outcomes.ts';
import { balanceBefore, type Place, placesOf } from './places.ts';
import { type StatementRange, stretchOf } from './range.ts';

/** An account's statement, as known at one moment. Amounts are minor units. */
export interface Statement {
  readonly known: KnownAccount;
  readonly range: StatementRange;
  /** The balance before the first date, and as of the last: of all pages. */
  readonly openingBalance: bigint;
  readonly closingBalance: bigint;
}

export interface StatementPage {
  readonly entries: readonly Entry[];
  readonly nextCursor: string | null;
}

/**
 * A statement without its entries.
 * @param cursor of a page before; then it is of the same moment
 * @throws Problem account-not-found, and those of a read that waits.
 */
export async function readStatement(
  side: ReadSide,
  accountId: string,
  range: StatementRange,
  cursor: StatementCursor | undefined,
  wanted: Wanted,
): Promise<Statement> {
  const known = await readKnown(side, accountId, { knownAt: range.knownAt, pinned: cursor?.pinned }, wanted);
  const { begin, end } = stretchOf(range);
  const [openingBalance, closingBalance] = await Promise.all([
    range.from === undefined ? 0n : balanceBefore(known, begin),
    balanceBefore(known, end),
  ]);
  return { known, range, openingBalance, closingBalance };
}

/** A page that asks for few of the types ends after so many lines, with what it has found. */
const mostLooked = 10_000;

/** At most `limit` entries behind the entry `last`, or from the start of the range's order. */
export async function readPage(
  pool: Pool,
  { known, range }: Statement,
  last: LineKey | undefined,
  limit: number,
): Promise<StatementPage> {
  const { accountId, unprojected, upTo } = known;
  const places: Place[] = [];
  let looked = 0;
  let next: LineKey | undefined;
  for await (const piece of placesOf(pool, known, stretchOf(range, last), { types: range.types, likely: limit + 1 })) {
    places.push(...piece.places);
    looked += piece.looked;
    if (places.length > limit) next = places[limit - 1];
    else if (looked >= mostLooked) next = piece.last;
    if (next) break;
  }
  const entries = await entriesAt(pool, accountId, places.slice(0, limit), unprojected);
  return { entries, nextCursor: next ? writeCursor({ accountId, pinned: upTo, range, last: next }) : null };
}

/** So many lines are read ahead, at most, and held in memory. */
const entriesAtOnce = 1_000;

/** All entries of the range, some at a time. */
export async function* allEntries(pool: Pool, { known, range }: Statement): AsyncGenerator<readonly Entry[]> {
  const options = { types: range.types, likely: entriesAtOnce };
  for await (const { places } of placesOf(pool, known, stretchOf(range), options)) {
    for (let from = 0; from < places.length; from += entriesAtOnce) {
      yield await entriesAt(pool, known.accountId, places.slice(from, from + entriesAtOnce), known.unprojected);
    }
  }
}
