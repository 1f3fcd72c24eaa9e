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

/** What was formatted or read last: of a command that is recorded now, most of its instants are the same one. */
let last = { instant: 0, text: new Date(0).toISOString() };

/** "2026-05-05T14:30:00.123Z". */
export function formatInstant(instant: Instant): string {
  if (instant !== last.instant) last = { instant, text: new Date(instant).toISOString() };
  return last.text;
}

const formatted = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * The inverse of {@link formatInstant}: undefined for any text that it does not write. Without a Date, whose functions cost
 * more than all of this, for stored instants are read by the million.
 */
export function readFormatted(text: string): Instant | undefined {
  if (text === last.text) return last.instant;
  if (!formatted.test(text)) return undefined;
  const [year, month, day] = [numberAt(text, 0, 4), numberAt(text, 5, 7), numberAt(text, 8, 10)];
  const [hour, minute, second] = [numberAt(text, 11, 13), numberAt(text, 14, 16), numberAt(text, 17, 19)];
  if (year === 0 || day < 1 || day > daysOf(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const seconds = daysSince1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
  last = { instant: seconds * 1_000 + numberAt(text, 20, 23), text };
  return last.instant;
}

/** The number that the digits from `begin` to before `end` are. */
function numberAt(text: string, begin: number, end: number): number {
  let number = 0;
  for (let at = begin; at < end; at += 1) number = number * 10 + text.charCodeAt(at) - 48;
  return number;
}

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** None, of a month that does not exist. */
function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return (daysOfMonths[month - 1] ?? 0) + (month === 2 && isLeap ? 1 : 0);
}

/** Of years that begin in March, so that the leap day is their last (H. Hinnant, chrono-Compatible Low-Level Date Algorithms). */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}
