import { type Span, streamSpan, textAt, typeSpan } from './record.ts';

/** Which events a filtered read or subscription shows: those whose stream name or type matches. */
export interface FilterSpec {
  readonly on: 'stream' | 'type';
  /** Searched for anywhere in the text, or the prefixes of which one must fit. */
  readonly by: { readonly regex: string } | { readonly prefixes: readonly string[] };
}

export type Matches = (record: Buffer) => boolean;

function startsWith(record: Buffer, { start, end }: Span, prefix: Buffer): boolean {
  if (end - start < prefix.length) return false;
  for (let i = 0; i < prefix.length; i += 1) if (record[start + i] !== prefix[i]) return false;
  return true;
}

/** @throws SyntaxError for a regular expression that is none */
export function compileFilter({ on, by }: FilterSpec): Matches {
  const span = on === 'stream' ? streamSpan : typeSpan;
  if ('regex' in by) {
    const regex = new RegExp(by.regex);
    return (record) => regex.test(textAt(record, span(record)));
  }
  const prefixes = by.prefixes.map((prefix) => Buffer.from(prefix));
  return (record) => {
    const text = span(record);
    return prefixes.some((prefix) => startsWith(record, text, prefix));
  };
}
