/**
 * Walks over the fields of a message of protocol buffers, in place. After `nextTag` the caller reads the field's value, or
 * skips it. A message within the message is walked over between `enter` and `leave`.
 * @throws Error where the bytes are no message, from every method
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  #at = 0;
  #end: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** The field's number and the form of its value, as they are written; 0 at the end of the message. */
  nextTag(): number {
    return this.#at >= this.#end ? 0 : this.number();
  }

  /** Goes into the message that is the field's value. @returns what `leave` takes afterwards */
  enter(): number {
    const outerEnd = this.#end;
    const length = this.#length();
    this.#end = this.#at + length;
    return outerEnd;
  }

  /** At the end of the inner message: goes on with the one around it. */
  leave(outerEnd: number): void {
    this.#end = outerEnd;
  }

  /** The field's bytes, a part of the message. */
  bytes(): Buffer {
    const begin = this.#pass(this.#length());
    return this.#bytes.subarray(begin, this.#at);
  }

  text(): string {
    const begin = this.#pass(this.#length());
    return this.#bytes.toString('utf8', begin, this.#at);
  }

  /** As JavaScript's numbers are exact; more than that is rounded. */
  number(): number {
    const first = this.#byte();
    if (first < 128) return first;
    let value = first & 127;
    // A varint has ten bytes at most.
    for (let factor = 2 ** 7; factor < 2 ** 70; factor *= 2 ** 7) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new Error('a number has more than 64 bits');
  }

  /** An unsigned number of 64 bits. */
  uint64(): bigint {
    const begin = this.#at;
    const rounded = this.number();
    if (rounded <= Number.MAX_SAFE_INTEGER) return BigInt(rounded);
    let value = 0n;
    for (let at = this.#at - 1; at >= begin; at -= 1) value = (value << 7n) | BigInt((this.#bytes[at] ?? 0) & 127);
    return BigInt.asUintN(64, value);
  }

  /** Passes over the field's value. @param tag what `nextTag` has told */
  skip(tag: number): void {
    switch (tag % 8) {
      case 0:
        this.number();
        return;
      case 1:
        this.#pass(8);
        return;
      case 2:
        this.#pass(this.#length());
        return;
      case 5:
        this.#pass(4);
        return;
      default:
        // Groups, which nothing has used for long, and what there is not.
        throw new Error(`a field has the wire type ${tag % 8}`);
    }
  }

  #length(): number {
    const length = this.number();
    if (length > this.#end - this.#at) throw new Error('the message ends within a field');
    return length;
  }

  #pass(length: number): number {
    const begin = this.#at;
    if (length > this.#end - begin) throw new Error('the message ends within a field');
    this.#at = begin + length;
    return begin;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new Error('the message ends within a field');
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
}
