import { z } from 'zod';
import { dataSpan, isJsonOf, textAt } from './record.ts';

/** What a stream's metadata hides from its readers. One value that is not of its type, and none of them counts. */
export interface Retention {
  /** The stream is deleted: all its events are hidden, and it counts as missing until something is appended. */
  readonly deleted: boolean;
  /** Only the newest so many events are shown. */
  readonly maxCount: number | undefined;
  /** Events of a lower revision are not shown. */
  readonly truncateBefore: number;
  /** Events that are older are not shown. */
  readonly maxAgeMs: number | undefined;
}

/** The `$tb` by which a delete hides everything: the largest signed 64-bit number, and what JavaScript makes of it. */
const DELETED_TEXT = '9223372036854775807';
const DELETED = Number(DELETED_TEXT);

/** The metadata that a delete writes in place of all there was. */
export const DELETED_METADATA: Uint8Array = Buffer.from(`{"$tb":${DELETED_TEXT}}`);

/** A whole number; one that sets nothing, 0 or below, is dropped alone. */
const setting = z
  .number()
  .refine((value) => Number.isInteger(value) && Math.abs(value) <= DELETED)
  .transform((value) => (value > 0 ? value : undefined))
  .optional();
const roles = z.union([z.string(), z.array(z.string())]).optional();
const metadataSchema = z.object({
  $maxCount: setting,
  $tb: setting,
  $maxAge: setting,
  $cacheControl: setting,
  $acl: z.object({ $r: roles, $w: roles, $d: roles, $mr: roles, $mw: roles }).optional(),
});

const NOTHING_HIDDEN: Retention = { deleted: false, maxCount: undefined, truncateBefore: 0, maxAgeMs: undefined };

/** Of a stream of metadata only the newest event counts. */
export const NEWEST_ONLY: Retention = { ...NOTHING_HIDDEN, maxCount: 1 };

/** The stream that holds the metadata of `stream`. */
export const metadataStreamOf = (stream: string): string => `$$${stream}`;

/** The stream whose metadata `stream` holds; undefined where it holds none. */
export const describedBy = (stream: string): string | undefined =>
  stream.startsWith('$$') ? stream.slice(2) : undefined;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // As on the real server, metadata that is no JSON is stored and means nothing.
    return undefined;
  }
}

/** What an event in a stream of metadata holds, and whether it was written as JSON: else it counts for nothing. */
export interface WrittenMetadata {
  readonly text: string;
  readonly isJson: boolean;
}

export const metadataIn = (record: Buffer): WrittenMetadata => ({
  text: textAt(record, dataSpan(record)),
  isJson: isJsonOf(record),
});

/** @param written what the newest event of a metadata stream holds; undefined without one */
export function retentionOf(written: WrittenMetadata | undefined): Retention {
  if (!written?.isJson) return NOTHING_HIDDEN;
  const parsed = metadataSchema.safeParse(parseJson(written.text));
  if (!parsed.success) return NOTHING_HIDDEN;
  const { $maxCount, $tb = 0, $maxAge } = parsed.data;
  // What is more than a signed 64-bit number is no revision; to JavaScript the largest of them is 2^63 as well.
  if ($tb >= DELETED && !written.text.includes(DELETED_TEXT)) return NOTHING_HIDDEN;
  return {
    deleted: $tb >= DELETED,
    maxCount: $maxCount,
    truncateBefore: $tb,
    maxAgeMs: $maxAge === undefined ? undefined : $maxAge * 1000,
  };
}

/**
 * The metadata that brings a deleted stream back: what was there, and only revisions from `first` on are shown. Undefined
 * where it is no JSON object; then nothing hides anything.
 */
export function undeletedMetadata(data: string, first: number): Uint8Array | undefined {
  const metadata = z.record(z.string(), z.unknown()).safeParse(parseJson(data));
  return metadata.success ? Buffer.from(JSON.stringify({ ...metadata.data, $tb: first })) : undefined;
}
