/** A file's line, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Empty where the line is too long to be held. */
  readonly text: string;
  readonly tooLong: boolean;
}

/** Characters; the ledger takes 32 kB a line, so nothing longer can be right. */
const maxLength = 64 * 1024;

/**
 * The lines of UTF-8 text that ends its lines with LF or CR LF. A last line without an end counts only where it is not
 * empty. Bytes that are not UTF-8 become U+FFFD.
 */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let number = 0;
  let open = '';
  let tooLong = false;
  const line = (end: string): Line => {
    const text = tooLong || open.length + end.length > maxLength ? undefined : open + end;
    open = '';
    tooLong = false;
    number += 1;
    return { number, text: text?.endsWith('\r') ? text.slice(0, -1) : (text ?? ''), tooLong: text === undefined };
  };
  for await (const chunk of source) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) yield line(part);
    open += last;
    if (open.length > maxLength) {
      open = '';
      tooLong = true;
    }
  }
  const rest = decoder.decode();
  if (open !== '' || rest !== '' || tooLong) yield line(rest);
}
