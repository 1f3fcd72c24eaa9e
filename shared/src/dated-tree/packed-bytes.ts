/**
 * Numbers, packed: small ones in few bytes. A number is written as seven bits a byte, lowest first, the eighth bit telling
 * that more follow (LEB128, DWARF 5 section 7.6); one with a sign as 2n or -2n - 1, so that those near 0 are short.
 */
export class PackedWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(expectedBytes = 1_024) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes);
  }

  /** An integer from 0 to 2^53 - 1. */
  number(value: number): void {
    this.#room(8);
    let left = value;
    for (; left >= 128; left = Math.floor(left / 128)) this.#bytes[this.#at++] = (left % 128) | 128;
    this.#bytes[this.#at++] = left;
  }

  /** An integer between -2^52 and 2^52. */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Any integer: how many bytes it has, and these, highest first. */
  bigint(value: bigint): void {
    const number = Number(value);
    // Most amounts: as numbers they are exact, and many times cheaper.
    if (number > -exactlyShort && number < exactlyShort) {
      const folded = number < 0 ? -2 * number - 1 : 2 * number;
      const bytes = bytesOf(folded);
      this.#room(1 + bytes);
      this.#bytes[this.#at++] = bytes;
      if (bytes > 0) this.#at = this.#bytes.writeUIntBE(folded, this.#at, bytes);
      return;
    }
    const hex = (value < 0n ? -2n * value - 1n : 2n * value).toString(16);
    const bytes = (hex.length + 1) >> 1;
    this.number(bytes);
    this.#room(bytes);
    this.#at += this.#bytes.write(hex.padStart(2 * bytes, '0'), this.#at, 'hex');
  }

  /** What was written, as a buffer of its own. */
  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#at));
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#at + bytes));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Reads what a PackedWriter has written. Every method throws a RangeError beyond the end. */
export class PackedReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('packed bytes end too early');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    return unfold(this.number());
  }

  bigint(): bigint {
    const bytes = this.number();
    const begin = this.#at;
    this.#at += bytes;
    if (this.#at > this.#bytes.length) throw new RangeError('packed bytes end too early');
    if (bytes === 0) return 0n;
    if (bytes <= 6) return BigInt(unfold(this.#bytes.readUIntBE(begin, bytes)));
    const value = BigInt(`0x${this.#bytes.toString('hex', begin, this.#at)}`);
    return value % 2n === 0n ? value / 2n : -(value + 1n) / 2n;
  }
}

function unfold(folded: number): number {
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}

/** What is below it, is a number of six bytes at most once its sign is folded in. */
const exactlyShort = 2 ** 47;

function bytesOf(value: number): number {
  let bytes = 0;
  for (let left = value; left >= 1; left = Math.floor(left / 256)) bytes += 1;
  return bytes;
}
