import { invalidRequest } from '@ledger/shared/problems';
import { earliestInstant, latestInstant } from '@ledger/shared/time';
import { z } from 'zod';
import type { LineKey, StatementRange } from './range.ts';

/** Where a statement's next page begins, and which statement it is. Opaque to clients. */
export interface StatementCursor {
  readonly accountId: string;
  /** The account's revision as of the first page: lines recorded later are on no page. */
  readonly pinned: number;
  readonly range: StatementRange;
  readonly last: LineKey;
}

const revision = z.int().min(0);
const instant = z.int().min(earliestInstant).max(latestInstant);
const format = z.tuple([
  z.literal(1),
  z.string(),
  revision,
  instant.nullable(),
  instant.nullable(),
  z.enum(['asc', 'desc']),
  instant,
  revision,
]);

export function writeCursor({ accountId, pinned, range, last }: StatementCursor): string {
  const { from = null, to = null, order } = range;
  const fields: z.infer<typeof format> = [1, accountId, pinned, from, to, order, last.effectiveAt, last.revision];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/** What a request says of the range; undefined where it says nothing. */
export type AskedRange = { readonly [Name in keyof StatementRange]: StatementRange[Name] | undefined };

/**
 * @param asked what the request says beside the cursor: nothing, or the same as the first page's.
 * @throws Problem invalid-request for a cursor that is not one of this statement's.
 */
export function readCursor(text: string, accountId: string, asked: AskedRange): StatementCursor {
  const fields = format.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (!fields.success) throw wrongCursor('expected a nextCursor of this statement, unchanged');
  const [, ofAccount, pinned, from, to, order, effectiveAt, revision] = fields.data;
  const range: StatementRange = { from: from ?? undefined, to: to ?? undefined, order };
  const differs = (['from', 'to', 'order'] as const).filter(
    (name) => asked[name] !== undefined && asked[name] !== range[name],
  );
  if (ofAccount !== accountId) throw wrongCursor('it belongs to the statement of another account');
  if (differs.length > 0) throw wrongCursor(`it belongs to a statement with another ${differs.join(', ')}`);
  return { accountId, pinned, range, last: { effectiveAt, revision } };
}

function wrongCursor(message: string) {
  return invalidRequest([{ field: 'cursor', message }]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
