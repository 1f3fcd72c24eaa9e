/**
 * Finds the correlation ids in a BatchAppend call's bytes, as the official client writes them: each message begins with
 * the id's field, and one message is one append. Nothing else is looked at, nor copied.
 */
const PREFIX_BYTES = 5;
/** The field's tag and length, and a UUID message that holds 36 characters of text. */
const ID_BYTES = 2 + 38;
const ID_TAG = 0x0a;

/** @returns takes the bytes as they come, in pieces of any size; gives the ids' fields of the messages that begin in them */
export function createIdReader(): (bytes: Buffer) => Buffer[] {
  const head = Buffer.alloc(PREFIX_BYTES + ID_BYTES);
  let filled = 0;
  let toSkip = 0;

  return function idsIn(bytes) {
    const ids: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, bytes.length - at);
        toSkip -= skipped;
        at += skipped;
        continue;
      }
      const copied = bytes.copy(head, filled, at);
      filled += copied;
      at += copied;
      if (filled < head.length) break;
      if (head[PREFIX_BYTES] !== ID_TAG) throw new Error('an append that does not begin with its correlation id');
      ids.push(Buffer.from(head.subarray(PREFIX_BYTES)));
      toSkip = head.readUInt32BE(1) - ID_BYTES;
      filled = 0;
    }
    return ids;
  };
}
