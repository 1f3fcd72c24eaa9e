import { randomUUID } from 'node:crypto';
import { createPool, type Pool } from '@ledger/shared/database/pool';
import type { JsonEvent } from '@ledger/shared/event-store/event-store';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import type { AccountAfter, AccountEvent } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import { createLog } from '@ledger/shared/log';
import { maxBalanceMinor } from '@ledger/shared/money';
import { earliestInstant, latestInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import fc from 'fast-check';
import { migratedDatabase } from '../../../deploy/test/postgres.fixture.ts';
import { foldTables, readTables } from '../../../deploy/test/projected-tables.fixture.ts';
import { readCheckpoint } from '../pipeline/checkpoint.ts';
import { createProjection } from '../pipeline/project-batch.ts';
import { takeIn } from '../pipeline/taken-in.ts';

/** Any text that a decider takes: no U+0000 and no lone surrogates. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((any) => any.replaceAll('\0', '\u0001')),
  fc.constantFrom(
    '',
    '"',
    "'",
    '\\',
    '\\N',
    '\\x00',
    '{}',
    '{"a",NULL}',
    '\t\r\n',
    '\u{1F4B6}',
    '\uFFFD',
    'a'.repeat(30_000),
  ),
);
const entries = fc.dictionary(text, text, { maxKeys: 3 });
/** An id whose characters mean something to somebody. */
const id = fc.string({ unit: fc.constantFrom(...'aZ09._:-'), minLength: 1, maxLength: 20 });
const instant = fc.oneof(
  fc.integer({ min: earliestInstant, max: latestInstant }),
  fc.constantFrom(earliestInstant, latestInstant, 0, -1, Date.UTC(2000, 0, 1), Date.UTC(2000, 0, 1) - 1),
);
/** Up to what a request may hold: 40 digits. */
const amount = fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 40n - 1n }), fc.constantFrom(1n, 9_999n, 10_000n, 10n ** 39n));

const story = fc.record({
  accountId: id,
  name: text,
  currency: fc.constantFrom('EUR', 'JPY', 'KWD'),
  decimals: fc.integer({ min: 0, max: 6 }),
  metadata: entries,
  steps: fc.array(
    fc.record({
      amount,
      isDeposit: fc.boolean(),
      effectiveAt: instant,
      description: text,
      metadata: entries,
      firstNegativeAt: fc.option(instant),
    }),
    { maxLength: 8 },
  ),
});

/** The events of one account, by the rules of the current balance: what does not fit is refused. */
function eventsOf({
  accountId,
  name,
  currency,
  decimals,
  metadata,
  steps,
}: typeof story extends fc.Arbitrary<infer S> ? S : never) {
  let after: AccountAfter = { balance: 0n, latestEffectiveAt: null, currency, decimals };
  const record = (event: AccountEvent, recordedAt: number): JsonEvent =>
    toJsonEvent(randomUUID(), event, {
      recordedAt,
      correlationId: 'c',
      causationId: 'c',
      actor: null,
      traceparent: null,
      asked: { hash: '00', effectiveAt: null },
      account: after,
    });
  const events = [record({ type: 'AccountOpened', accountId, name, currency, decimals, metadata }, earliestInstant)];
  for (const [index, { isDeposit, firstNegativeAt, ...step }] of steps.entries()) {
    const content = { accountId, transactionId: `t${index}`, currency, ...step };
    const balance = after.balance + (isDeposit ? step.amount : -step.amount);
    const recordedAt = latestInstant - steps.length + index;
    if (balance < 0n || balance > maxBalanceMinor) {
      const refusal = { reason: 'insufficient-funds', shortfall: step.amount, firstNegativeAt } as const;
      events.push(record({ type: 'WithdrawalRefused', ...content, balance: after.balance, ...refusal }, recordedAt));
    } else {
      after = {
        ...after,
        balance,
        latestEffectiveAt: Math.max(after.latestEffectiveAt ?? step.effectiveAt, step.effectiveAt),
      };
      events.push(record({ type: isDeposit ? 'Deposited' : 'Withdrawn', ...content, balance }, recordedAt));
    }
  }
  return events;
}

describe('the projection', () => {
  let pool: Pool;
  before(async () => {
    pool = createPool(await migratedDatabase(), { log: createLog('test', 'silent') });
  });
  after(() => pool.end());

  it('stores whatever an event can hold, exactly', async () => {
    const stories = fc.uniqueArray(story, { selector: ({ accountId }) => accountId, maxLength: 12 });
    const tables = 'accounts, account_metadata, transactions, totals, totals_nodes';
    let position = 0n;
    await fc.assert(
      fc.asyncProperty(stories, fc.integer({ min: 1, max: 40 }), async (accounts, batchEvents) => {
        await pool.query(`TRUNCATE ${tables}`);
        const streams = accounts.map(eventsOf);
        const taken = streams.flatMap((events, index) =>
          events.map((event, revision) =>
            takeIn({
              ...event,
              stream: accountStream(accounts[index]?.accountId ?? ''),
              revision,
              position: ++position,
              created: new Date(Number(position)),
            }),
          ),
        );
        const projection = createProjection(pool, await readCheckpoint(pool));
        for (let from = 0; from < taken.length; from += batchEvents) {
          const { stopped } = await projection.project(taken.slice(from, from + batchEvents));
          if (stopped) throw stopped;
        }
        expect(await readTables(pool)).to.deep.equal(foldTables(streams));
      }),
      { numRuns: 20 },
    );
  });
});
