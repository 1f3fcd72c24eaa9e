import { type Instant, parseInstant } from '../time.ts';

/** A time as frontends of the older APIs write it. */
export interface OlderTime {
  readonly instant: Instant;
  /** Whether it says its offset from UTC; without one it is read as UTC, though it may be of another zone's clock. */
  readonly hasOffset: boolean;
}

/** What to show to somebody whose time could not be read. */
export const olderTimeExample =
  '2026-11-21, 2026-11-21T10:50:02, 2026-11-21 10:50:02.123, 2026-11-21T10:50:02+02:00 or 2026-11-21T10-50-02 (without an offset: UTC)';

/** As `date +%FT%H-%M-%S` prints it. */
const withDashes = /^(\d{4}-\d{2}-\d{2}[Tt ]\d{2})-(\d{2})-(\d{2})$/;

const offsetFollows = /^[\d-]{10}[Tt ][\d:]+(?:[.,]\d+)?(?=[^\d:.,])/;

/** Reads what {@link parseInstant} reads, and `2026-11-21T10-50-02`. Undefined for anything else. */
export function parseOlderTime(text: string): OlderTime | undefined {
  const written = text.replace(withDashes, '$1:$2:$3');
  const instant = parseInstant(written);
  return instant === undefined ? undefined : { instant, hasOffset: offsetFollows.test(written) };
}
