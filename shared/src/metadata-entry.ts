import { createHash } from 'node:crypto';

/** A key and value of an account's metadata as `account_metadata` has them: 16 bytes, however long they are. */
export function metadataEntry(key: string, value: string): Buffer {
  const pair = JSON.stringify([key, value]);
  return createHash('sha256').update(pair).digest().subarray(0, 16);
}
