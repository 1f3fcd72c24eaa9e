import { randomUUID } from 'node:crypto';
import { fromRecordedEvent, toJsonEvent } from '@ledger/shared/events/account-event-json';
import { type AccountEvent, deltaOf } from '@ledger/shared/events/account-events';
import { maxBalanceMinor } from '@ledger/shared/money';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Account, evolve } from './account.ts';
import { askedOf, type TransactionCommand } from './commands.ts';
import { at, decimal, now, opened } from './decide.fixture.ts';
import { type Decision, decide, type RecordedOutcome } from './decide.ts';
import { NaiveAccount } from './naive-account.fixture.ts';
import { Timeline } from './timeline.ts';

/** Few ids, dates and amounts, so that commands repeat, contradict and use up one another. */
const everyday = fc.constantFrom('1', '01.0', '2', '3.00', '7', '20', '50');
const odd = fc.constantFrom('0.01', '2.5', '0.001', '1.00000', '9'.repeat(40));
const nearTheCap = fc.constantFrom(
  '4999999999999999.5',
  '9999999999999999.99',
  '999999999999999.999',
  '99999999999999',
);
const commands: fc.Arbitrary<TransactionCommand> = fc.record({
  accountId: fc.constant('alice'),
  transactionId: fc.nat(99).map((n) => `t${n}`),
  type: fc.constantFrom('deposit' as const, 'withdrawal' as const),
  amount: fc
    .oneof({ weight: 16, arbitrary: everyday }, { weight: 3, arbitrary: odd }, { weight: 2, arbitrary: nearTheCap })
    .map(decimal),
  currency: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(undefined, 'EUR') },
    { weight: 1, arbitrary: fc.constant('USD') },
  ),
  effectiveAt: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 6, arbitrary: fc.nat(9).map((day) => at('2026-05-20') + day * 86_400_000) },
    { weight: 1, arbitrary: fc.integer({ min: -5, max: 8 }).map((minutes) => now + minutes * 60_000) },
  ),
  description: fc.constantFrom('', '', 'é😀 "\\'),
  metadata: fc.constantFrom({}, {}, { a: 'x', b: '' }, { b: '', a: 'x' }, { 2: 'two', 10: 'ten' }),
});

/** A step: time goes by (or stands), then a command is decided; at times one that was decided before, or almost that. */
const almost = fc.constantFrom({}, {}, { description: 'y' }, { metadata: { a: 'y' } }, { effectiveAt: undefined });
const steps = fc.array(
  fc.record({
    command: commands,
    passesMs: fc.constantFrom(0, 0, 1, 90_000),
    again: fc.option(fc.record({ which: fc.nat(30), almost }), { nil: undefined, freq: 2 }),
  }),
  { maxLength: 40, minLength: 1, size: 'max' },
);
const decimalsOfAccount = fc.constantFrom(0, 2, 3, 4);

/** A decision as the naive model puts it. */
function inShort(decision: Decision): Readonly<Record<string, unknown>> {
  if (decision.kind === 'replay') return { ends: 'replay' };
  if (decision.kind === 'event') {
    const { type, ...content } = decision.event;
    return { ends: type, ...content };
  }
  const { rejection } = decision;
  return 'differs' in rejection ? { ends: rejection.rule, differs: rejection.differs } : { ends: rejection.rule };
}

describe('deciding whatever comes', () => {
  it('ends as the naive model does, and leads to the state and the JSON that it says', () => {
    const ends = new Set<unknown>();
    fc.assert(
      fc.property(steps, decimalsOfAccount, (all, decimals) => {
        const model = new NaiveAccount('EUR', decimals);
        let account = evolve(undefined, opened('EUR', decimals), now);
        let timeline = Timeline.empty;
        let time = now;
        const recorded = new Map<string, RecordedOutcome>();
        for (const [step, { command: fresh, passesMs, again }] of all.entries()) {
          time += passesMs;
          const command = again ? { ...(all[again.which % (step + 1)]?.command ?? fresh), ...again.almost } : fresh;
          const state = { account, timeline, recorded: recorded.get(command.transactionId) };
          const decision = decide(command, state, time);
          const expected = model.decide(command, time);
          expect(inShort(decision)).to.deep.equal(expected);
          ends.add(expected['reason'] ?? expected['ends']);
          if (decision.kind !== 'event') continue;

          const { event } = decision;
          expect(event.effectiveAt).to.be.at.most(time);
          account = evolve(account, event, time);
          timeline = timeline.add(event.effectiveAt, deltaOf(event));
          const asked = askedOf(command, 'EUR');
          recorded.set(command.transactionId, { event, asked, decimals });
          expectState(account, model, time);
          expectSurvivesJson(event, account, asked);
        }
        expectBalancesInBounds(model);
      }),
      { numRuns: 300 },
    );
    expect([...ends]).to.have.members([
      'replay',
      'transaction-id-reused',
      'currency-mismatch',
      'too-many-decimals',
      'effective-date-in-future',
      'balance-limit-exceeded',
      'insufficient-funds',
      'insufficient-funds-at-date',
      'Deposited',
      'Withdrawn',
    ]);
  });
});

function expectState(account: Account, model: NaiveAccount, time: number): void {
  expect(account).to.deep.include({
    balance: model.balanceAt(Number.POSITIVE_INFINITY),
    latestEffectiveAt: model.latestEffectiveAt,
    recordedAt: time,
    revision: model.lines.length,
  });
}

function expectBalancesInBounds(model: NaiveAccount): void {
  for (const { at: instant } of model.lines) {
    const balance = model.balanceAt(instant);
    expect(balance >= 0n && balance <= maxBalanceMinor, `${balance} as of ${instant}`).to.equal(true);
  }
}

/** What goes to the store and comes back is the same event, with the state after it. */
function expectSurvivesJson(event: AccountEvent, after: Account, asked: RecordedOutcome['asked']): void {
  const { accountId: _id, recordedAt, revision, ...account } = after;
  const causes = { correlationId: 'c', causationId: 'r', actor: null, traceparent: null };
  const context = { ...causes, recordedAt, asked, account };
  const id = randomUUID();
  const stored = JSON.parse(JSON.stringify(toJsonEvent(id, event, context)));
  const where = { stream: 'account-alice', revision, position: 7n, created: new Date(recordedAt) };
  const read = fromRecordedEvent({ ...stored, ...where });
  expect(read).to.deep.equal({ event, context, id, revision, position: 7n });
}
