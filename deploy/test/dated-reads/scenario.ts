import type { Instant } from '@ledger/shared/time';
import fc from 'fast-check';
import { type AccountHistory, accountHistory } from '../account-history.fixture.ts';

export const opened = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;

/** Hours since the opening, before it too. */
export const hours = (count: number): Instant => opened + count * hour;

/**
 * One event: recorded so many hours after the one before (often none, so that several have the same time), counting from
 * so many hours earlier. A withdrawal of more than there is, is recorded as refused; without an amount, it is of a type
 * that nobody knows.
 */
const step = fc.record({
  later: fc.constantFrom(0, 0, 1, 2),
  back: fc.oneof(fc.constant(0), fc.nat(30)),
  delta: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -400, max: 500 }) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
});

const date = fc.option(fc.integer({ min: -3, max: 30 }), { nil: undefined });

export const scenario = fc.record({
  steps: fc.array(step, { maxLength: 40 }),
  /** How much of it is projected when, in hundredths, and whether versions are made then. */
  stages: fc.array(fc.record({ projected: fc.nat(100), makesVersions: fc.boolean() }), { maxLength: 3 }),
  dates: fc.array(fc.record({ at: date, knownAt: date }), { minLength: 1, maxLength: 4 }),
  statement: fc.record({
    from: date,
    length: fc.nat(40),
    knownAt: date,
    limit: fc.integer({ min: 1, max: 9 }),
    order: fc.constantFrom('asc' as const, 'desc' as const),
  }),
});

export type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

export function historyOf({ steps }: Pick<Scenario, 'steps'>, accountId: string): AccountHistory {
  const history = accountHistory(accountId, opened);
  let recordedAt = opened;
  for (const { later, back, delta } of steps) {
    recordedAt += later * hour;
    if (delta === 0) history.unknown(recordedAt);
    else history.transact(BigInt(delta), recordedAt - back * hour, recordedAt);
  }
  return history;
}
