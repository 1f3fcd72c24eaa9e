import { isDeepStrictEqual } from 'node:util';
import { fromRecordedEvent, type RecordedAccountEvent } from '@ledger/shared/events/account-event-json';
import type { TransactionCommand } from '../../../command-api/src/account/commands.ts';
import type { OpeningOutcome } from '../../../command-api/src/handling/open-account.ts';
import type { Outcome } from '../../../command-api/src/handling/outcome.ts';
import type { CommandSending, SentRequest } from './journal.ts';
import { accountIds } from './plan.ts';
import { judge, linesOf, type Verdict } from './reference.ts';
import type { Run } from './run.ts';

type Stream = readonly (RecordedAccountEvent & { readonly askedDate: number | null })[];

/** Throws where a run has broken a promise of the ledger; says which. */
export function checkPromises(run: Run): void {
  for (const accountId of accountIds) {
    const stream = run.eventsOf(accountId).map((recorded) => {
      const read = fromRecordedEvent(recorded);
      if (!read.event) throw new Error(`an event of type ${recorded.type} was written`);
      return { ...read, askedDate: read.context.asked.effectiveAt };
    });
    const sendings = run.journal.commands.filter(({ asked }) => asked.accountId === accountId);
    checkStream(stream, sendings);
    const ahead = stream.find(({ context }) => context.recordedAt > run.latestStoreMs);
    ensure(!ahead, 'recordedAt is never ahead of the store’s clock', ahead);
    checkAnswers(stream, sendings);
    checkReplays(sendings);
    checkOpenings(stream, run, accountId);
  }
  for (const request of run.journal.requests) checkOrder(request);
  for (const sending of [...run.journal.commands, ...run.journal.openings]) {
    const waitedMs = (sending.answer?.atMs ?? 0) - sending.sentMs;
    ensure(waitedMs <= run.longestWaitMs, 'an answer comes by the deadline', sending);
    ensure(!run.isCalm || !isAway(sending.answer?.outcome), 'there is an outcome where nothing goes wrong', sending);
  }
}

function ensure(holds: boolean, promise: string, ...about: readonly unknown[]): asserts holds {
  if (holds) return;
  const show = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part));
  throw new Error([promise, ...about.map(show)].join('\n  '));
}

/** Each event is what somebody's command had to lead to at its place; each id is there once; nothing is ever below zero. */
function checkStream(stream: Stream, sendings: readonly CommandSending[]): void {
  const ids = new Set<string>();
  for (const [at, { event, context, revision }] of stream.entries()) {
    ensure(revision === at, 'revisions are dense', event);
    const before = stream.slice(0, at);
    ensure(context.recordedAt >= (before.at(-1)?.context.recordedAt ?? 0), 'recordedAt never goes back', event);
    ensure((event.type === 'AccountOpened') === (at === 0), 'an account is opened once, first', event);
    if (event.type === 'AccountOpened') continue;
    ensure(!ids.has(event.transactionId), 'an id takes effect once', event);
    ids.add(event.transactionId);
    ensure(event.effectiveAt <= context.recordedAt, 'effectiveAt is never after recordedAt', event);
    const lines = linesOf(stream.slice(0, at + 1));
    for (const { at: date } of lines) {
      const balance = lines.reduce((sum, line) => (line.at <= date ? sum + line.delta : sum), 0n);
      ensure(balance >= 0n, `no balance is negative, as of ${date} either`, event);
    }
    const total = lines.reduce((sum, { delta }) => sum + delta, 0n);
    ensure(event.balance === total && context.account.balance === total, 'balances add up', event, context);
    const latest = lines.length > 0 ? Math.max(...lines.map((line) => line.at)) : null;
    ensure(context.account.latestEffectiveAt === latest, 'the latest date is known', event, context);
    const asked = sendings.filter(({ asked }) => asked.transactionId === event.transactionId).map(({ asked }) => asked);
    const verdicts = asked.map((command) => judge(before, command, context.recordedAt));
    ensure(verdicts.some(isVerdictOf(event)), 'every event is what was asked for, decided rightly', event, verdicts);
  }
}

const isVerdictOf = (event: RecordedAccountEvent['event']) => (verdict: Verdict) => {
  if (event.type === 'AccountOpened' || !('effectiveAt' in verdict)) return false;
  if (verdict.effectiveAt !== event.effectiveAt || verdict.balance !== event.balance) return false;
  if (event.type !== 'WithdrawalRefused') return verdict.rule === event.type;
  return (
    'shortfall' in verdict &&
    verdict.rule === event.reason &&
    verdict.shortfall === event.shortfall &&
    verdict.firstNegativeAt === event.firstNegativeAt
  );
};

/** What was answered is in the stream, for ever the same; what was rejected had to be, at some moment while it was asked. */
function checkAnswers(stream: Stream, sendings: readonly CommandSending[]): void {
  const asNew = new Set<string>();
  for (const sending of sendings) {
    const { asked, eventsBefore, answer } = sending;
    if (!answer) continue;
    const { outcome, eventsThen } = answer;
    if (outcome.kind === 'recorded') {
      const { event, revision, recordedAt } = outcome.transaction;
      const recorded = stream[revision];
      ensure(revision < eventsThen, 'an answer leaves after its event is written', sending);
      ensure(recorded?.context.recordedAt === recordedAt, 'an answer tells when it was recorded', sending, recorded);
      ensure(isDeepEqual(recorded.event, event), 'an answer is what the stream holds', event, recorded.event);
      ensure(
        judge([recorded], asked, recordedAt).rule === 'replay',
        'an answer is of what was asked',
        sending,
        recorded,
      );
      if (outcome.replayed) continue;
      ensure(revision >= eventsBefore, 'only what is recorded now is answered as new', sending);
      ensure(!asNew.has(asked.transactionId), 'one sending is answered as new', sending);
      asNew.add(asked.transactionId);
    } else if (outcome.kind === 'rejected') {
      const { rejection } = outcome;
      const now = 'now' in rejection ? rejection.now : Number.POSITIVE_INFINITY;
      const moments = Array.from({ length: eventsThen - eventsBefore + 1 }, (_, at) =>
        stream.slice(0, eventsBefore + at),
      );
      const isRight = moments.some((facts) => judge(facts, asked, now).rule === rejection.rule);
      ensure(isRight, 'a rejection was right while it was asked', sending);
    }
  }
}

/** What is answered as a replay was recorded by another sending, which was told so, or that it is unknown, or nothing. */
function checkReplays(sendings: readonly CommandSending[]): void {
  for (const sending of sendings) {
    const { asked, answer } = sending;
    if (answer?.outcome.kind !== 'recorded' || !answer.outcome.replayed) continue;
    const isFirst = sendings.some(
      (other) =>
        other !== sending &&
        other.asked.transactionId === asked.transactionId &&
        other.sentMs <= answer.atMs &&
        mayHaveRecorded(other.answer?.outcome),
    );
    ensure(isFirst, 'what is answered as a replay was recorded by another sending', sending);
  }
}

function isAway(outcome: Outcome | OpeningOutcome | undefined): boolean {
  return (
    outcome?.kind === 'unsettled' && (outcome.reason === 'service-unavailable' || outcome.reason === 'outcome-unknown')
  );
}

function mayHaveRecorded(outcome: Outcome | OpeningOutcome | undefined): boolean {
  if (!outcome) return true;
  if (outcome.kind === 'unsettled') return outcome.reason === 'outcome-unknown';
  return (outcome.kind === 'recorded' || outcome.kind === 'opened') && !outcome.replayed;
}

const isDeepEqual = (a: unknown, b: unknown): boolean => isDeepStrictEqual(a, b);

function checkOpenings(stream: Stream, { journal }: Run, accountId: string): void {
  let asNew = 0;
  const openings = journal.openings.filter(({ asked }) => asked.accountId === accountId);
  for (const sending of openings) {
    const { asked, answer } = sending;
    if (!answer || answer.outcome.kind === 'unsettled') continue;
    const opening = stream[0]?.event;
    ensure(opening?.type === 'AccountOpened' && answer.eventsThen > 0, 'an opening that is answered is there', sending);
    ensure((answer.outcome.kind === 'taken') === (opening.name !== asked.name), 'another name is told', sending);
    if (answer.outcome.kind !== 'opened') continue;
    const { account, recordedAt, replayed } = answer.outcome;
    ensure(isDeepEqual(account, opening), 'an account is answered as the stream holds it', account, opening);
    ensure(recordedAt === stream[0]?.context.recordedAt, 'an account is answered as it was recorded', sending);
    if (!replayed) asNew += 1;
    // Whatever it was told: one whose deadline passed while it looked whether the account is there may still open it.
    const isFirst = openings.some(
      (other) =>
        other !== sending && (other.answer?.outcome.kind === 'unsettled' || mayHaveRecorded(other.answer?.outcome)),
    );
    ensure(!replayed || isFirst, 'what is answered as opened before was opened by another sending', sending);
  }
  ensure(asNew <= 1, 'one opening is answered as new', accountId);
}

/**
 * What a request recorded of an account, it recorded in its order, and nothing after what it left without an outcome. Where
 * its commands come one after another, each has a deadline of its own: one that was decided, but not answered in time, may
 * have had later ones in its append. One that was overloaded was not decided, and nothing behind it.
 */
function checkOrder({ sendings: request, apartMs }: SentRequest): void {
  const reached = new Map<string, number>();
  const broken = new Map<string, TransactionCommand>();
  const reasons = new Map<string, number>();
  for (const { asked, answer } of request) {
    const { accountId } = asked;
    if (!answer) continue;
    const { outcome } = answer;
    if (outcome.kind === 'unsettled') {
      const isOwnReason = outcome.reason === 'overloaded' || outcome.reason === 'service-unavailable';
      const ownReasons = (reasons.get(accountId) ?? 0) + (isOwnReason ? 1 : 0);
      reasons.set(accountId, ownReasons);
      // One that found no room, and one that was before it and was not decided in time.
      ensure(ownReasons <= 2, 'what is behind one without an outcome is not attempted', request);
      if (apartMs === 0 || outcome.reason === 'overloaded') broken.set(accountId, asked);
    }
    if (outcome.kind !== 'recorded' || outcome.replayed) continue;
    const { revision } = outcome.transaction;
    ensure(!broken.has(accountId), 'nothing is recorded after what has no outcome', request);
    ensure(revision > (reached.get(accountId) ?? 0), 'a request is recorded in its order', request);
    reached.set(accountId, revision);
  }
}
