import { hash } from 'node:crypto';

/** The largest revision, sequence number and stream number. */
export const LARGEST_UINT32 = 0xffff_ffff;

/** The key of a stream's number. Stream names can be longer than an LMDB key, so it is the first half of their SHA-256. */
export const nameKey = (name: string): Buffer => hash('sha256', name, 'buffer').subarray(0, 16);

/** The key of an event in the index. */
export function indexKey(stream: number, revision: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  key.writeUInt32BE(stream, 0);
  key.writeUInt32BE(revision, 4);
  return key;
}
