import { hash } from 'node:crypto';

/** The first 64 bits of a SHA-256, as two unsigned numbers of 32 bits. */
export interface IdHash {
  readonly high: number;
  readonly low: number;
}

/**
 * What an account's index knows of a transaction id. Two ids may have one hash, if hardly ever: whoever finds one has to
 * look at the event itself.
 */
export function hashOfId(transactionId: string): IdHash {
  // As hexadecimal digits: half of what it costs as a buffer, 0.6 µs in all.
  const digits = hash('sha256', transactionId, 'hex');
  return { high: Number.parseInt(digits.slice(0, 8), 16), low: Number.parseInt(digits.slice(8, 16), 16) };
}
