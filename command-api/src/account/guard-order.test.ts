import { expect } from 'chai';
import { accepted, deposit, given, now, opened, withdrawal } from './decide.fixture.ts';
import { type DecisionState, decide, type Rejection } from './decide.ts';

const fiveMinutesMs = 5 * 60_000;

/** Each rule as the one change that makes it fire; the order of the list is the documented order of the guards. */
type Scenario = { amount: string; currency?: string; effectiveAt?: string; type: 'deposit' | 'withdrawal' };
const rules: readonly {
  readonly outcome: Rejection['rule'] | 'insufficient-funds' | 'insufficient-funds-at-date';
  readonly type?: Scenario['type'];
  readonly fires: (scenario: Scenario) => Scenario;
  readonly state?: (state: DecisionState) => DecisionState;
  /** Of the command's date: two rules that need different ones can't both fire. */
  readonly date?: 'future' | 'past';
}[] = [
  {
    outcome: 'transaction-id-reused',
    fires: (scenario) => scenario,
    state: (state) => ({ ...state, recorded: given(opened(), accepted(deposit('d1', '100.00'))).state('d1').recorded }),
  },
  { outcome: 'account-not-found', fires: (scenario) => scenario, state: (state) => ({ ...state, account: undefined }) },
  { outcome: 'currency-mismatch', fires: (scenario) => ({ ...scenario, currency: 'USD' }) },
  { outcome: 'too-many-decimals', fires: (scenario) => ({ ...scenario, amount: `${scenario.amount}5` }) },
  {
    outcome: 'effective-date-in-future',
    date: 'future',
    fires: (scenario) => ({ ...scenario, effectiveAt: new Date(now + fiveMinutesMs + 1).toISOString() }),
  },
  {
    outcome: 'balance-limit-exceeded',
    type: 'deposit',
    fires: (scenario) => ({ ...scenario, type: 'deposit', amount: '9999999999999999.99' }),
  },
  {
    outcome: 'insufficient-funds',
    type: 'withdrawal',
    fires: (scenario) => ({ ...scenario, type: 'withdrawal', amount: '150.00' }),
  },
  {
    outcome: 'insufficient-funds-at-date',
    type: 'withdrawal',
    date: 'past',
    fires: (scenario) => ({
      ...scenario,
      type: 'withdrawal',
      effectiveAt: '2026-01-15',
      amount: scenario.amount === '1.00' ? '50.00' : scenario.amount,
    }),
  },
];

describe('the order of the guards', () => {
  const state = given(
    opened(),
    accepted(deposit('first', '20.00', { effectiveAt: '2026-01-01' })),
    accepted(deposit('second', '80.00', { effectiveAt: '2026-02-01' })),
  ).state('t');

  function outcomeOf(fired: readonly (typeof rules)[number][]): string {
    // The decimals go on last, whatever the amount has become.
    const byAmount = [...fired].sort((a, b) => Number(a === rules[3]) - Number(b === rules[3]));
    const scenario = byAmount.reduce<Scenario>((s, rule) => rule.fires(s), { type: 'deposit', amount: '1.00' });
    const { type, amount, ...content } = scenario;
    const command = type === 'deposit' ? deposit('t', amount, content) : withdrawal('t', amount, content);
    const decision = decide(
      command,
      fired.reduce((s, rule) => rule.state?.(s) ?? s, state),
      now,
    );
    if (decision.kind === 'rejected') return decision.rejection.rule;
    return decision.kind === 'event' && decision.event.type === 'WithdrawalRefused'
      ? decision.event.reason
      : decision.kind;
  }

  it('lets the scenario pass where no rule fires', () => expect(outcomeOf([])).to.equal('event'));
  for (const rule of rules) {
    it(`${rule.outcome} fires alone`, () => expect(outcomeOf([rule])).to.equal(rule.outcome));
  }
  for (const [at, earlier] of rules.entries()) {
    for (const later of rules.slice(at + 1)) {
      const exclusive = (a?: string, b?: string) => a !== undefined && b !== undefined && a !== b;
      if (exclusive(earlier.type, later.type) || exclusive(earlier.date, later.date)) continue;
      it(`${earlier.outcome} goes before ${later.outcome}`, () => {
        expect(outcomeOf([earlier, later])).to.equal(earlier.outcome);
      });
    }
  }
});
