import type { Pool } from '@ledger/shared/database/pool';
import {
  type DatedLine,
  isBefore,
  type LineKey,
  type Nodes,
  type TreeNode,
} from '@ledger/shared/dated-tree/dated-tree';
import { sumBefore } from '@ledger/shared/dated-tree/sum-before';
import { walkLines } from '@ledger/shared/dated-tree/walk-lines';
import type { Moment, SummedLines } from './history.ts';
import { inOrder } from './in-order.ts';
import type { EntryType, Stretch } from './range.ts';
import { storedRefusals } from './refusals.ts';

/** What was known of an account at a moment. */
export interface Known {
  readonly accountId: string;
  readonly upTo: Moment;
  readonly root: TreeNode;
  readonly nodes: Nodes;
  /** The lines that are not in the tree. */
  readonly tail: SummedLines;
  /** PostgreSQL's own refusals are read up to here: what is projected only now is in `tailRefusals` already. */
  readonly stored: Moment | null;
  /** The refusals that were not projected, in the order of effective date. */
  readonly tailRefusals: readonly DatedLine[];
}

/** A place on a statement: a line, or a refusal, whose delta is 0. Amounts are minor units. */
export interface Place extends DatedLine {
  /** The balance after it, in the order of effective date. */
  readonly runningBalance: bigint;
}

/** Some of the places of a stretch. */
export interface Piece {
  readonly places: readonly Place[];
  /** Of the lines and refusals looked at, wanted or not: how many, and the last one. */
  readonly looked: number;
  readonly last: LineKey;
}

export interface PlacesOptions {
  readonly types: readonly EntryType[];
  /** How many places are likely to be wanted. */
  readonly likely: number;
}

/** About as many lines as a leaf of the tree has. */
const leafLines = 200;

/** The sum of the lines that stand before a key. */
export async function balanceBefore({ root, nodes, tail }: Known, key: LineKey): Promise<bigint> {
  const { sum } = await sumBefore(root, key, nodes);
  return sum + tail.sumBefore(key);
}

/** The places of these types in a stretch, in its order. */
export async function* placesOf(
  pool: Pool,
  known: Known,
  stretch: Stretch,
  { types, likely }: PlacesOptions,
): AsyncGenerator<Piece> {
  const refusals = types.includes('WithdrawalRefused')
    ? [storedRefusals(pool, known.accountId, known.stored, stretch, likely), piecesOf(known.tailRefusals, stretch)]
    : [];
  if (types.every((type) => type === 'WithdrawalRefused')) {
    yield* refusalsAlone(known, inOrder(stretch.order, refusals));
    return;
  }
  const start = stretch.order === 'asc' ? stretch.begin : stretch.end;
  const nodesAtOnce = Math.max(1, Math.round(likely / leafLines));
  const walked = until(stretch, walkLines(known.root, known.nodes, { order: stretch.order, start, nodesAtOnce }));
  const merged = inOrder(stretch.order, [walked, piecesOf(known.tail.lines, stretch), ...refusals]);
  let balance = await balanceBefore(known, start);
  for await (const lines of merged) {
    const places = lines.map((line): Place => {
      if (stretch.order === 'asc') balance += line.delta;
      const runningBalance = balance;
      if (stretch.order === 'desc') balance -= line.delta;
      return { ...line, runningBalance };
    });
    const last = places.at(-1);
    const wanted = places.filter(({ delta }) => types.includes(typeOf(delta)));
    if (last) yield { places: wanted, looked: places.length, last };
  }
}

/** Where no line is wanted, none is walked: between two refusals may be any number of them. */
async function* refusalsAlone(known: Known, refusals: AsyncIterable<readonly DatedLine[]>): AsyncGenerator<Piece> {
  for await (const together of refusals) {
    const balances = await Promise.all(together.map((refusal) => balanceBefore(known, refusal)));
    const places = together.map((refusal, index) => ({ ...refusal, runningBalance: balances[index] ?? 0n }));
    const last = places.at(-1);
    if (last) yield { places, looked: places.length, last };
  }
}

function typeOf(delta: bigint): EntryType {
  if (delta === 0n) return 'WithdrawalRefused';
  return delta > 0n ? 'Deposited' : 'Withdrawn';
}

/** What a walk finds, to the other end of the stretch. */
async function* until(
  stretch: Stretch,
  walk: AsyncIterable<readonly DatedLine[]>,
): AsyncGenerator<readonly DatedLine[]> {
  for await (const lines of walk) {
    const within = lines.filter((line) => isWithin(line, stretch));
    if (within.length > 0) yield within;
    if (within.length < lines.length) return;
  }
}

async function* piecesOf(lines: readonly DatedLine[], stretch: Stretch): AsyncGenerator<readonly DatedLine[]> {
  const within = lines.filter((line) => isWithin(line, stretch));
  if (within.length > 0) yield stretch.order === 'asc' ? within : within.reverse();
}

function isWithin(key: LineKey, { begin, end }: Stretch): boolean {
  return !isBefore(key, begin) && isBefore(key, end);
}
