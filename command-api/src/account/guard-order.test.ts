import { expect } from 'chai';
import { askedOf, type TransactionCommand } from './commands.ts';
import { accepted, deposit, given, now, opened, withdrawal } from './decide.fixture.ts';
import { type Decision, type DecisionState, decide } from './decide.ts';

const fiveMinutesMs = 5 * 60_000;

/** What a client sends, as text. */
interface Content {
  readonly type: 'deposit' | 'withdrawal';
  readonly amount: string;
  readonly currency?: string;
  readonly effectiveAt?: string;
}

/** A rule as the one change of a command, or of what it meets, that makes it fire. */
interface Rule {
  /** How the decision ends where the rule fires. */
  readonly outcome: string;
  readonly sent?: (content: Content) => Content;
  readonly state?: (state: DecisionState, command: TransactionCommand) => DecisionState;
  /** Two rules that need different ones of the same thing can't both fire. */
  readonly needs?: {
    readonly type?: Content['type'];
    readonly date?: 'future' | 'past';
    readonly recorded?: 'this content' | 'another content';
  };
}

/** In the documented order of the guards. */
const rules: readonly Rule[] = [
  {
    outcome: 'replay',
    state: (state, command) => ({ ...state, recorded: { ...recorded, asked: askedOf(command, 'EUR') } }),
    needs: { recorded: 'this content' },
  },
  {
    outcome: 'transaction-id-reused',
    state: (state) => ({ ...state, recorded }),
    needs: { recorded: 'another content' },
  },
  { outcome: 'account-not-found', state: (state) => ({ ...state, account: undefined }) },
  { outcome: 'currency-mismatch', sent: (content) => ({ ...content, currency: 'USD' }) },
  { outcome: 'too-many-decimals', sent: (content) => ({ ...content, amount: `${content.amount}5` }) },
  {
    outcome: 'effective-date-in-future',
    sent: (content) => ({ ...content, effectiveAt: new Date(now + fiveMinutesMs + 1).toISOString() }),
    needs: { date: 'future' },
  },
  {
    outcome: 'balance-limit-exceeded',
    sent: (content) => ({ ...content, type: 'deposit', amount: '9999999999999999.99' }),
    needs: { type: 'deposit' },
  },
  {
    outcome: 'insufficient-funds',
    sent: (content) => ({ ...content, type: 'withdrawal', amount: '150.00' }),
    needs: { type: 'withdrawal' },
  },
  {
    outcome: 'insufficient-funds-at-date',
    sent: (content) => ({
      ...content,
      type: 'withdrawal',
      effectiveAt: '2026-01-15',
      amount: content.amount === '1.00' ? '50.00' : content.amount,
    }),
    needs: { type: 'withdrawal', date: 'past' },
  },
];

const account = given(
  opened(),
  accepted(deposit('first', '20.00', { effectiveAt: '2026-01-01' })),
  accepted(deposit('second', '80.00', { effectiveAt: '2026-02-01' })),
);
const recorded = account.state('second').recorded ?? expect.fail('nothing is recorded');

const pairs = rules.flatMap((earlier, at) => rules.slice(at + 1).map((later) => ({ earlier, later })));

/** Why the two can't both fire; undefined where they can. */
function exclusion({ needs: a = {} }: Rule, { needs: b = {} }: Rule): string | undefined {
  return (['recorded', 'type', 'date'] as const).find(
    (what) => a[what] !== undefined && b[what] !== undefined && a[what] !== b[what],
  );
}

function outcomeOf(fired: readonly Rule[]): string {
  // The decimals go on last, whatever the amount has become.
  const byAmount = [...fired].sort((a, b) => Number(a === rules[4]) - Number(b === rules[4]));
  const { type, amount, ...content } = byAmount.reduce<Content>((sent, rule) => rule.sent?.(sent) ?? sent, {
    type: 'deposit',
    amount: '1.00',
  });
  const command = type === 'deposit' ? deposit('t', amount, content) : withdrawal('t', amount, content);
  const state = fired.reduce((met, rule) => rule.state?.(met, command) ?? met, account.state('t'));
  return endOf(decide(command, state, now));
}

function endOf(decision: Decision): string {
  if (decision.kind === 'rejected') return decision.rejection.rule;
  if (decision.kind === 'replay') return 'replay';
  return decision.event.type === 'WithdrawalRefused' ? decision.event.reason : 'accepted';
}

describe('the order of the guards', () => {
  it('lets the command pass where no rule fires', () => expect(outcomeOf([])).to.equal('accepted'));
  for (const rule of rules) {
    it(`${rule.outcome} fires alone`, () => expect(outcomeOf([rule])).to.equal(rule.outcome));
  }
  for (const { earlier, later } of pairs.filter((pair) => !exclusion(pair.earlier, pair.later))) {
    it(`${earlier.outcome} goes before ${later.outcome}`, () => {
      expect(outcomeOf([earlier, later])).to.equal(earlier.outcome);
    });
  }

  it('leaves out only the pairs that can’t both fire', () => {
    const left = pairs.flatMap(({ earlier, later }) => {
      const why = exclusion(earlier, later);
      return why ? [`${earlier.outcome}, ${later.outcome}: ${why}`] : [];
    });
    expect(left).to.deep.equal([
      'replay, transaction-id-reused: recorded',
      'effective-date-in-future, insufficient-funds-at-date: date',
      'balance-limit-exceeded, insufficient-funds: type',
      'balance-limit-exceeded, insufficient-funds-at-date: type',
    ]);
    expect(pairs.length - left.length).to.equal(32);
  });
});

describe('a replay goes before every check of what has changed since', () => {
  const full = accepted(deposit('full', '9999999999999999.99'));
  for (const [outcome, history, command] of [
    ['balance-limit-exceeded', given(opened(), accepted(deposit('t', '1.00')), full), deposit('t', '1.00')],
    [
      'insufficient-funds',
      given(opened(), accepted(deposit('d', '5.00')), accepted(withdrawal('t', '5.00'))),
      withdrawal('t', '5.00'),
    ],
    [
      'insufficient-funds-at-date',
      given(
        opened(),
        accepted(deposit('d', '5.00', { effectiveAt: '2026-01-01' })),
        accepted(withdrawal('t', '5.00', { effectiveAt: '2026-01-02' })),
        accepted(deposit('e', '50.00', { effectiveAt: '2026-03-01' })),
      ),
      withdrawal('t', '5.00', { effectiveAt: '2026-01-02' }),
    ],
  ] as const) {
    it(`${outcome}, to a new one`, () => {
      expect(endOf(history.when({ ...command, transactionId: 'new' }).decision)).to.equal(outcome);
      history.when(command).thenReplay();
    });
  }
});
