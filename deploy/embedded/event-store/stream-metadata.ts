import { z } from 'zod';
import type { EventStore } from './event-store.ts';
import { dataSpan, textAt } from './record.ts';

/** What a stream's metadata hides from its readers. What is not of the right type counts as not set, one by one. */
export interface Retention {
  /** Only the newest so many events are shown. */
  readonly maxCount: number | undefined;
  /** Events of a lower revision are not shown. */
  readonly truncateBefore: number;
  /** Events that are older are not shown. */
  readonly maxAgeMs: number | undefined;
}

const setting = z.number().int().positive().optional().catch(undefined);
const metadataSchema = z.object({ $maxCount: setting, $tb: setting, $maxAge: setting });

const NOTHING_HIDDEN: Retention = { maxCount: undefined, truncateBefore: 0, maxAgeMs: undefined };

/** Of a stream of metadata only the newest event counts. */
const NEWEST_ONLY: Retention = { ...NOTHING_HIDDEN, maxCount: 1 };

/** The stream that holds the metadata of `stream`. */
export const metadataStreamOf = (stream: string): string => `$$${stream}`;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // As on the real server, metadata that is no JSON is stored and means nothing.
    return undefined;
  }
};

/** What is hidden of a stream: what its newest visible metadata says. */
export function retentionOf(store: EventStore, stream: string): Retention {
  if (stream.startsWith('$$')) return NEWEST_ONLY;
  const number = store.storage.streamNumber(metadataStreamOf(stream));
  const last = number === undefined ? undefined : store.storage.lastEvent(number, store.newest());
  const record = last && store.storage.record(last.sequence);
  if (!record) return NOTHING_HIDDEN;
  const parsed = metadataSchema.safeParse(parseJson(textAt(record, dataSpan(record))));
  if (!parsed.success) return NOTHING_HIDDEN;
  const { $maxCount, $tb, $maxAge } = parsed.data;
  return {
    maxCount: $maxCount,
    truncateBefore: $tb ?? 0,
    maxAgeMs: $maxAge === undefined ? undefined : $maxAge * 1000,
  };
}
