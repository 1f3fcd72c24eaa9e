/** Instants are milliseconds since 1970-01-01T00:00:00Z, in UTC, of the years 0001 to 9999 (proleptic Gregorian). */

export type Instant = number;

export const earliestInstant: Instant = Date.parse('0001-01-01T00:00:00.000Z');
export const latestInstant: Instant = Date.parse('9999-12-31T23:59:59.999Z');

/** What to show to somebody whose date could not be read. */
export const instantExample =
  '2026-05-05, 2026-05-05T14:30:00Z or 2026-05-05T14:30:00.123+02:00 (without an offset: UTC)';

const iso8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+\- ])(\d{2})(?::?(\d{2}))?)?)?$/;

/**
 * Reads an ISO 8601 date or date and time. A date alone is 00:00:00 of that day; no offset means UTC; of up to 9
 * fraction digits the first three count (cut, not rounded); the `+` of an offset may have become a space, as URL
 * decoding makes it. Undefined for anything else, days that don't exist included.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = iso8601.exec(text);
  if (!match) return undefined;
  const part = (group: number) => Number(match[group] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59 || part(10) > 23 || part(11) > 59) return undefined;
  const millisecond = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const offsetMinutes = (match[9] === '-' ? -1 : 1) * (part(10) * 60 + part(11));
  const instant = date.setUTCHours(hour, minute, second, millisecond) - offsetMinutes * 60_000;
  return instant >= earliestInstant && instant <= latestInstant ? instant : undefined;
}

/** What was formatted last: of a command that is recorded now, most of its instants are the same one. */
let last = { instant: 0, text: new Date(0).toISOString() };

/** "2026-05-05T14:30:00.123Z". */
export function formatInstant(instant: Instant): string {
  if (instant !== last.instant) last = { instant, text: new Date(instant).toISOString() };
  return last.text;
}
