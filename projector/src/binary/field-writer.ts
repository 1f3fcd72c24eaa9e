import type { Instant } from '@ledger/shared/time';

const postgresEpoch = Date.UTC(2000, 0, 1);

/**
 * Writes values in PostgreSQL's binary format, each with its length before it, as in the rows of a COPY and in arrays:
 * what the `_recv` functions of the types read, in its source.
 */
export class FieldWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes);
  }

  get size(): number {
    return this.#at;
  }

  /** What was written since the last time; what is written next goes over it. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return taken;
  }

  /** Bytes as they are. */
  raw(bytes: Buffer): void {
    this.#room(bytes.length);
    this.#at += bytes.copy(this.#bytes, this.#at);
  }

  /** A bare number of the format itself, and no field. */
  int16(value: number): void {
    this.#room(2);
    this.#at = this.#bytes.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#room(4);
    this.#at = this.#bytes.writeInt32BE(value, this.#at);
  }

  null(): void {
    this.#length(-1);
  }

  text(value: string | null): void {
    if (value === null) this.null();
    else this.#text(value, 0);
  }

  /** jsonb: its format's version, then text. */
  json(value: unknown): void {
    this.#text(JSON.stringify(value), 1);
  }

  bytes(value: Buffer): void {
    this.#length(value.length);
    this.raw(value);
  }

  smallint(value: number): void {
    this.#length(2);
    this.int16(value);
  }

  bigint(value: bigint | number): void {
    this.#length(8);
    if (typeof value === 'number' && value >= 0 && value < 2 ** 32) {
      this.#bytes.writeInt32BE(0, this.#at);
      this.#at = this.#bytes.writeUInt32BE(value, this.#at + 4);
    } else {
      this.#at = this.#bytes.writeBigInt64BE(BigInt(value), this.#at);
    }
  }

  /** Microseconds since 2000. */
  timestamptz(value: Instant | null): void {
    if (value === null) this.null();
    else this.bigint(BigInt(value - postgresEpoch) * 1_000n);
  }

  /** A whole number from 0 on: digits to the base of 10,000, highest first. */
  numeric(value: bigint | null): void {
    if (value === null) {
      this.null();
      return;
    }
    const decimal = value.toString();
    const digits = Math.ceil(decimal.length / 4);
    this.#length(8 + 2 * digits);
    // How many digits; the weight of the first one; no sign; no decimals shown.
    for (const part of [digits, digits - 1, 0, 0]) this.int16(part);
    let end = decimal.length - 4 * (digits - 1);
    for (let start = 0; start < decimal.length; start = end, end += 4) this.int16(Number(decimal.slice(start, end)));
  }

  /** @param version the byte before the text; 0: none */
  #text(value: string, version: 0 | 1): void {
    // No character of UTF-16 takes more than three bytes of UTF-8.
    this.#room(4 + version + 3 * value.length);
    const start = this.#at + 4;
    if (version > 0) this.#bytes[start] = version;
    const length = version + this.#bytes.write(value, start + version);
    this.#at = this.#bytes.writeInt32BE(length, this.#at) + length;
  }

  /** The length of the field that follows, with room for one of the short types. */
  #length(bytes: number): void {
    this.#room(4 + 8);
    this.#at = this.#bytes.writeInt32BE(bytes, this.#at);
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
