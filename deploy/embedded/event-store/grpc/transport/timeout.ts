/** Milliseconds in a unit of `grpc-timeout`. */
const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** Node's timers fire at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The time that a call has, in ms, at most what a timer can wait; undefined without limit. A header that says nothing sensible
 * is ignored.
 */
export function timeoutMsOf(header: string | readonly string[] | undefined): number | undefined {
  const [, digits, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(header)) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Math.min(Math.ceil(Number(digits) * (UNITS[unit] ?? 1)), LONGEST_TIMER_MS);
}
