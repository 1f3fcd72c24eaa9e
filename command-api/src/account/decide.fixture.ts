import type { AccountEvent, AccountOpened, TransactionEvent } from '@ledger/shared/events/account-events';
import { deltaOf } from '@ledger/shared/events/account-events';
import { parseDecimal, toMinor } from '@ledger/shared/money';
import { type Instant, parseInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { type Account, evolve } from './account.ts';
import { askedOf, type TransactionCommand } from './commands.ts';
import { type Decision, type DecisionState, decide, type Rejection } from './decide.ts';
import { Timeline } from './timeline.ts';

/** When the tests decide. */
export const now = at('2026-06-01T12:00:00Z');

export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === undefined) throw new RangeError(`${text} is not a date`);
  return instant;
}

/** A decimal that is known to be well-formed. */
export function decimal(text: string): TransactionCommand['amount'] {
  const read = parseDecimal(text);
  if (!read) throw new RangeError(`${text} is not an amount`);
  return read;
}

type Content = Partial<Omit<TransactionCommand, 'amount' | 'effectiveAt'>> & { effectiveAt?: string };

export function deposit(transactionId: string, amount: string, content: Content = {}): TransactionCommand {
  return commandOf('deposit', transactionId, amount, content);
}

export function withdrawal(transactionId: string, amount: string, content: Content = {}): TransactionCommand {
  return commandOf('withdrawal', transactionId, amount, content);
}

function commandOf(
  type: 'deposit' | 'withdrawal',
  transactionId: string,
  amount: string,
  { effectiveAt, ...content }: Content,
): TransactionCommand {
  return {
    accountId: 'alice',
    transactionId,
    type,
    amount: decimal(amount),
    currency: undefined,
    effectiveAt: effectiveAt === undefined ? undefined : at(effectiveAt),
    description: '',
    metadata: {},
    ...content,
  };
}

export function opened(currency = 'EUR', decimals = 2): AccountOpened {
  return { type: 'AccountOpened', accountId: 'alice', name: 'Alice', currency, decimals, metadata: {} };
}

interface Fact {
  readonly command: TransactionCommand;
  readonly outcome: 'accepted' | 'refused';
}

/** What has happened to an account before: its opening, then what was asked for and how it ended. */
export function accepted(command: TransactionCommand): Fact {
  return { command, outcome: 'accepted' };
}

export function refused(command: TransactionCommand): Fact {
  return { command, outcome: 'refused' };
}

interface History {
  account: Account | undefined;
  timeline: Timeline;
  readonly recorded: Map<string, NonNullable<DecisionState['recorded']>>;
}

/** `given(opened(), accepted(deposit('d1', '100.00'))).when(withdrawal('w1', '70.00')).thenEvent({…})` */
export function given(opening?: AccountOpened, ...facts: readonly Fact[]) {
  const history: History = { account: undefined, timeline: Timeline.empty, recorded: new Map() };
  if (opening) history.account = evolve(undefined, opening, at('2020-01-01'));
  for (const fact of facts) takeIn(history, fact);
  return {
    state: (transactionId: string): DecisionState => stateOf(history, transactionId),
    when: (command: TransactionCommand, decidedAt = now) =>
      expectation(decide(command, stateOf(history, command.transactionId), decidedAt)),
  };
}

function stateOf({ account, timeline, recorded }: History, transactionId: string): DecisionState {
  return { account, timeline, recorded: recorded.get(transactionId) };
}

function takeIn(history: History, { command, outcome }: Fact): void {
  const { account } = history;
  if (!account) throw new Error('the account has to be opened first');
  const { currency, decimals } = account;
  const amount = toMinor(command.amount, decimals) ?? 0n;
  const recordedAt = command.effectiveAt ?? at('2026-05-01');
  const content = { ...command, amount, currency, effectiveAt: recordedAt, balance: account.balance };
  const event = eventOf(command, outcome, content);
  history.account = evolve(account, event, recordedAt);
  history.timeline = history.timeline.add(event.effectiveAt, deltaOf(event));
  history.recorded.set(command.transactionId, { event, asked: askedOf(command, currency), decimals });
}

function eventOf(
  { type }: TransactionCommand,
  outcome: Fact['outcome'],
  content: Omit<TransactionEvent, 'type'>,
): TransactionEvent {
  const { amount, balance } = content;
  if (outcome === 'refused') {
    const shortfall = amount - balance;
    return { ...content, type: 'WithdrawalRefused', reason: 'insufficient-funds', shortfall, firstNegativeAt: null };
  }
  return type === 'deposit'
    ? { ...content, type: 'Deposited', balance: balance + amount }
    : { ...content, type: 'Withdrawn', balance: balance - amount };
}

function expectation(decision: Decision) {
  return {
    decision,
    /** Expects an event with at least these fields. */
    thenEvent(expected: Partial<Record<string, unknown>> & { type: AccountEvent['type'] }) {
      if (decision.kind !== 'event') throw new Error(`expected ${expected.type}, not ${show(decision)}`);
      for (const [field, value] of Object.entries(expected)) {
        expect((decision.event as unknown as Record<string, unknown>)[field], field).to.deep.equal(value);
      }
    },
    thenReplay() {
      expect(decision).to.deep.equal({ kind: 'replay' });
    },
    thenRejected(rejection: Rejection) {
      expect(decision).to.deep.equal({ kind: 'rejected', rejection });
    },
  };
}

function show(decision: Decision): string {
  return JSON.stringify(decision, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}
