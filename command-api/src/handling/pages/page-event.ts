import { createHash } from 'node:crypto';
import type { JsonEvent, RecordedEvent } from '@ledger/shared/event-store/event-store';
import { z } from 'zod';
import type { Page, PageLimits } from './page.ts';
import { entryBytes, PageEntries } from './page-entries.ts';

const indexPageType = 'IndexPage';

/** A ledger that knows more types of events than this one writes another version: what they mean must not be passed over. */
const formatVersion = 1;

const anyVersion = z.object({ version: z.number() });

const indexPageData = z.object({
  version: z.literal(formatVersion),
  accountId: z.string(),
  firstRevision: z.int().min(0),
  lastRevision: z.int().min(0),
  /** Base64 of the packed entries. */
  entries: z.string(),
  /** Minor units. */
  balance: z.string().regex(/^\d{1,18}$/),
  lastEventId: z.string(),
  /** In hex; see `sha256Of`. */
  sha256: z.string(),
});

/** The event, under an id of its own, that a page is written as. */
export function toPageEvent(id: string, page: Page): JsonEvent {
  const { accountId, firstRevision, lastRevision, entries, balance, lastEventId } = page;
  const data = {
    version: formatVersion,
    accountId,
    firstRevision,
    lastRevision,
    entries: Buffer.from(entries.bytes.buffer, entries.bytes.byteOffset, entries.bytes.byteLength).toString('base64'),
    balance: String(balance),
    lastEventId,
    sha256: sha256Of(page),
  } satisfies z.infer<typeof indexPageData>;
  return { id, type: indexPageType, data, metadata: {} };
}

/**
 * SHA-256, in hex, of a page: version, account id, first and last revision, balance and id of the last event, each followed by
 * a line feed, and then the bytes of the entries.
 */
export function sha256Of({ accountId, firstRevision, lastRevision, entries, balance, lastEventId }: Page): string {
  const head = [formatVersion, accountId, firstRevision, lastRevision, balance, lastEventId];
  return createHash('sha256')
    .update(head.map((field) => `${field}\n`).join(''))
    .update(entries.bytes)
    .digest('hex');
}

export type PageRead =
  | { readonly kind: 'page'; readonly page: Page; readonly sha256: string }
  | { readonly kind: 'fault'; readonly fault: PageFault }
  /** Of another version, which may be right for those who know it. */
  | { readonly kind: 'unknown' };

/** What is wrong with a page. */
export interface PageFault {
  /** Undefined where it does not tell. */
  readonly firstRevision: number | undefined;
  readonly what: string;
}

/** Reads an event of a stream of pages, and checks all of it that can be checked without the account's own stream. */
export function readPage({ type, data, revision }: RecordedEvent, accountId: string, limits: PageLimits): PageRead {
  if (type !== indexPageType) return { kind: 'unknown' };
  const { data: versioned } = anyVersion.safeParse(data);
  if (versioned && versioned.version !== formatVersion) return { kind: 'unknown' };
  const { data: read } = indexPageData.safeParse(data);
  if (!read) return faultOf(undefined, `event ${revision} is not a page`);
  const { firstRevision, lastRevision, lastEventId, sha256 } = read;
  const { eventsPerPage } = limits;
  if (firstRevision % eventsPerPage !== 0 || lastRevision !== firstRevision + eventsPerPage - 1) {
    return faultOf(undefined, `revisions ${firstRevision} to ${lastRevision} are no page`);
  }
  if (read.accountId !== accountId) return faultOf(firstRevision, `of account ${read.accountId}`);
  const bytes = Buffer.from(read.entries, 'base64');
  if (bytes.byteLength !== eventsPerPage * entryBytes) return faultOf(firstRevision, `${bytes.byteLength} bytes`);
  const entries = new PageEntries(bytes);
  const page = { accountId, firstRevision, lastRevision, entries, balance: BigInt(read.balance), lastEventId };
  if (sha256Of(page) !== sha256) return faultOf(firstRevision, 'another SHA-256');
  return { kind: 'page', page, sha256 };
}

function faultOf(firstRevision: number | undefined, what: string): PageRead {
  return { kind: 'fault', fault: { firstRevision, what } };
}
