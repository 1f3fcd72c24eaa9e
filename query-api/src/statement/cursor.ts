import type { LineKey } from '@ledger/shared/dated-tree/dated-tree';
import { earliestInstant, latestInstant } from '@ledger/shared/time';
import { z } from 'zod';
import { decodeCursor, encodeCursor, wrongCursor } from '../opaque-cursor.ts';
import type { Moment } from './history.ts';
import { entryTypes, orders, type StatementRange } from './range.ts';

/** Where a statement's next page begins, and which statement it is. Opaque to clients. */
export interface StatementCursor {
  readonly accountId: string;
  /** Of the first page: what was recorded later is on no page. */
  readonly pinned: Moment;
  readonly range: StatementRange;
  readonly last: LineKey;
}

const revision = z.int().min(0);
const instant = z.int().min(earliestInstant).max(latestInstant);
const version = 2;
const format = z.tuple([
  z.literal(version),
  z.string(),
  instant,
  revision,
  instant.nullable(),
  instant.nullable(),
  instant.nullable(),
  z.enum(orders),
  z.array(z.enum(entryTypes)).min(1),
  instant,
  revision,
]);

export function writeCursor({ accountId, pinned, range, last }: StatementCursor): string {
  const { from = null, to = null, knownAt = null, order, types } = range;
  const fields: z.infer<typeof format> = [
    version,
    accountId,
    pinned.recordedAt,
    pinned.revision,
    from,
    to,
    knownAt,
    order,
    [...types],
    last.effectiveAt,
    last.revision,
  ];
  return encodeCursor(fields);
}

/** What a request says of the range; undefined where it says nothing. */
export type AskedRange = { readonly [Name in keyof StatementRange]?: StatementRange[Name] | undefined };

/**
 * @param asked what the request says beside the cursor: nothing, or the same as the first page's.
 * @throws Problem invalid-request for a cursor that is not one of this statement's.
 */
export function readCursor(text: string, accountId: string, asked: AskedRange): StatementCursor {
  const fields = decodeCursor(text, format);
  if (!fields) throw wrongCursor('expected a nextCursor of this statement, unchanged');
  const [, ofAccount, recordedAt, pinnedRevision, from, to, knownAt, order, types, effectiveAt, revision] = fields;
  const range: StatementRange = {
    from: from ?? undefined,
    to: to ?? undefined,
    knownAt: knownAt ?? undefined,
    order,
    types: entryTypes.filter((type) => types.includes(type)),
  };
  if (ofAccount !== accountId) throw wrongCursor('it belongs to the statement of another account');
  const differs = (['from', 'to', 'knownAt', 'order', 'types'] as const).filter(
    (name) => asked[name] !== undefined && String(asked[name]) !== String(range[name]),
  );
  if (differs.length > 0) throw wrongCursor(`it belongs to a statement with another ${differs.join(', ')}`);
  return { accountId, pinned: { recordedAt, revision: pinnedRevision }, range, last: { effectiveAt, revision } };
}
