import { isUtf8 } from 'node:buffer';
import { GrpcError, status } from '../transport/status.ts';

/** A request whose bytes are no message of protocol buffers. */
export class MalformedMessageError extends GrpcError {
  constructor(why: string) {
    super(status.INTERNAL, `The request cannot be read: ${why}`);
  }
}

/** How a field is written (https://protobuf.dev/programming-guides/encoding/). */
const WIRE_TYPE = { VARINT: 0, FIXED64: 1, BYTES: 2, GROUP: 3, END_GROUP: 4, FIXED32: 5 } as const;

/** The nesting of groups that is followed, as in Google's own parsers. */
const DEEPEST_GROUP = 100;

const MOST_VARINT_BYTES = 10;

/**
 * Walks over the fields of a message, in place. After `nextField` the caller reads the field's value, or skips it.
 * A message within the message is walked over between `enter` and `leave`.
 * @throws MalformedMessageError, from every method
 */
export class WireReader {
  /** The number of the field. */
  field = 0;
  readonly #bytes: Buffer;
  #at = 0;
  #end: number;
  #wireType = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** False at the end of the message. */
  nextField(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#small();
    this.field = tag >>> 3;
    this.#wireType = tag & 7;
    if (this.field === 0) throw new MalformedMessageError('a field has the number 0');
    return true;
  }

  /** Goes into the message that is the field's value. @returns what `leave` takes afterwards */
  enter(): number {
    const length = this.#length();
    const outerEnd = this.#end;
    this.#end = this.#at + length;
    return outerEnd;
  }

  /** At the end of the inner message: goes on with the one around it. */
  leave(outerEnd: number): void {
    this.#end = outerEnd;
  }

  /** The field's bytes, a part of the message. */
  bytes(): Buffer {
    const length = this.#length();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    const length = this.#length();
    const start = this.#at;
    this.#at += length;
    for (let i = start; i < this.#at; i += 1) {
      if ((this.#bytes[i] ?? 0) >= 0x80) return this.#wideText(start);
    }
    return this.#bytes.toString('latin1', start, this.#at);
  }

  #wideText(start: number): string {
    const bytes = this.#bytes.subarray(start, this.#at);
    if (!isUtf8(bytes)) throw new MalformedMessageError('a string is no UTF-8');
    return bytes.toString('utf8');
  }

  bool(): boolean {
    return this.uint64() !== 0n;
  }

  uint64(): bigint {
    this.#expect(WIRE_TYPE.VARINT);
    return this.#varint();
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  /** Passes over the field, whatever it is. */
  skip(): void {
    this.#skip(0);
  }

  #skip(depth: number): void {
    switch (this.#wireType) {
      case WIRE_TYPE.VARINT:
        this.#varint();
        return;
      case WIRE_TYPE.FIXED64:
        this.#pass(8);
        return;
      case WIRE_TYPE.BYTES:
        this.#pass(this.#length());
        return;
      case WIRE_TYPE.GROUP:
        this.#skipGroup(depth + 1);
        return;
      case WIRE_TYPE.FIXED32:
        this.#pass(4);
        return;
      default:
        throw new MalformedMessageError(`a field has the wire type ${this.#wireType}`);
    }
  }

  #skipGroup(depth: number): void {
    if (depth > DEEPEST_GROUP) throw new MalformedMessageError('groups are nested too deeply');
    const group = this.field;
    while (this.nextField()) {
      if (this.#wireType !== WIRE_TYPE.END_GROUP) this.#skip(depth);
      else if (this.field === group) return;
      else break;
    }
    throw new MalformedMessageError('a group does not end');
  }

  #expect(wireType: number): void {
    if (this.#wireType === wireType) return;
    throw new MalformedMessageError(`field ${this.field} has the wire type ${this.#wireType}, not ${wireType}`);
  }

  #pass(count: number): void {
    if (count > this.#end - this.#at) throw new MalformedMessageError('the message ends within a field');
    this.#at += count;
  }

  #length(): number {
    this.#expect(WIRE_TYPE.BYTES);
    const length = this.#small();
    if (length > this.#end - this.#at) throw new MalformedMessageError('the message ends within a field');
    return length;
  }

  /** A varint of 32 bits: a tag or a length. */
  #small(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let factor = 0x80; factor < 2 ** 35; factor *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value >= 2 ** 32) break;
        return value;
      }
    }
    throw new MalformedMessageError('a tag or a length has more than 32 bits');
  }

  #varint(): bigint {
    let low = 0;
    let factor = 1;
    for (let i = 0; i < 4; i += 1) {
      const byte = this.#byte();
      low += (byte & 0x7f) * factor;
      if (byte < 0x80) return BigInt(low);
      factor *= 0x80;
    }
    let value = BigInt(low);
    for (let i = 4; i < MOST_VARINT_BYTES; i += 1) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new MalformedMessageError('a number has more than 64 bits');
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new MalformedMessageError('the message ends within a field');
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
}
