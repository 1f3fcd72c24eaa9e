import shared from '@eventstore/db-client/generated/shared_pb.js';
import { halvesOfUuid, parseUuid, uuidFromHalves } from '../../event-id.ts';
import { WireReader } from './reader.ts';

const TEXT_HEADER = (2 << 3) | 2;
const TEXT_LENGTH = 36;

/** The id that a UUID message holds, as text or as two halves; undefined where it holds none. @throws MalformedMessageError */
export function uuidIn(message: Buffer): string | undefined {
  // The form that the official client sends.
  if (message.length === 2 + TEXT_LENGTH && message[0] === TEXT_HEADER && message[1] === TEXT_LENGTH) {
    return parseUuid(message.toString('latin1', 2));
  }
  const reader = new WireReader(message);
  let id: string | undefined;
  while (reader.nextField()) {
    if (reader.field === 1) id = idOfHalves(reader);
    else if (reader.field === 2) id = parseUuid(reader.text());
    else reader.skip();
  }
  return id;
}

function idOfHalves(reader: WireReader): string | undefined {
  const outer = reader.enter();
  let mostSignificant = 0n;
  let leastSignificant = 0n;
  while (reader.nextField()) {
    if (reader.field === 1) mostSignificant = reader.int64();
    else if (reader.field === 2) leastSignificant = reader.int64();
    else reader.skip();
  }
  reader.leave(outer);
  return uuidFromHalves(String(mostSignificant), String(leastSignificant));
}

/** The length of a UUID message that holds text. */
export const UUID_TEXT_BYTES = 2 + TEXT_LENGTH;

const HEX_DIGITS = Buffer.from('0123456789abcdef');
const DASH = '-'.charCodeAt(0);

/**
 * The UUID message, as text, of the id whose 16 bytes stand in `source`, written in place and without a string in between.
 * @returns where it ends
 */
export function writeUuidAsText(target: Buffer, at: number, source: Buffer, from: number): number {
  target[at] = TEXT_HEADER;
  target[at + 1] = TEXT_LENGTH;
  let end = at + 2;
  for (let i = 0; i < 16; i += 1) {
    if (i === 4 || i === 6 || i === 8 || i === 10) {
      target[end] = DASH;
      end += 1;
    }
    const byte = source[from + i] as number;
    target[end] = HEX_DIGITS[byte >> 4] as number;
    target[end + 1] = HEX_DIGITS[byte & 15] as number;
    end += 2;
  }
  return end;
}

/** The UUID message of an id, as two halves. */
export function uuidAsHalves(id: string): shared.UUID {
  const { mostSignificant, leastSignificant } = halvesOfUuid(id);
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits(mostSignificant);
  halves.setLeastSignificantBits(leastSignificant);
  const message = new shared.UUID();
  message.setStructured(halves);
  return message;
}
