import { isBefore, type LineKey } from '@ledger/shared/dated-tree/dated-tree';
import type { Order } from './range.ts';

/** Merges sources, each in order and a piece at a time, into one. Reads of each no further than it needs. */
export async function* inOrder<Item extends LineKey>(
  order: Order,
  sources: readonly AsyncIterable<readonly Item[]>[],
): AsyncGenerator<readonly Item[]> {
  const comesFirst = order === 'asc' ? isBefore : (a: LineKey, b: LineKey) => isBefore(b, a);
  const open = sources.map((source) => ({
    source: source[Symbol.asyncIterator](),
    piece: [] as readonly Item[],
    at: 0,
  }));
  for (;;) {
    for (const part of [...open]) {
      while (part.at === part.piece.length) {
        const { done, value } = await part.source.next();
        if (done) {
          open.splice(open.indexOf(part), 1);
          break;
        }
        part.piece = value;
        part.at = 0;
      }
    }
    const [only] = open;
    if (!only) return;
    if (open.length === 1) {
      yield only.at === 0 ? only.piece : only.piece.slice(only.at);
      only.at = only.piece.length;
      continue;
    }
    const merged: Item[] = [];
    while (open.every(({ piece, at }) => at < piece.length)) {
      let first: { item: Item; part: (typeof open)[number] } | undefined;
      for (const part of open) {
        const item = part.piece[part.at];
        if (item && (!first || comesFirst(item, first.item))) first = { item, part };
      }
      if (!first) break;
      merged.push(first.item);
      first.part.at += 1;
    }
    yield merged;
  }
}
