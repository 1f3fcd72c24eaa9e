import type { Instant } from '../time.ts';

const isoOutput = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)\+00$/;

/**
 * Reads a timestamptz as PostgreSQL prints it in UTC with DateStyle ISO, years 0001 to 9999, cut to the millisecond.
 * @throws RangeError for anything else, such as `infinity` or a year BC.
 */
export function parseTimestamp(text: string): Instant {
  const match = isoOutput.exec(text);
  if (!match) throw new RangeError(`expected a timestamp of the years 0001 to 9999 in UTC, not "${text}"`);
  return Date.parse(`${match[1]}T${match[2]}Z`);
}
