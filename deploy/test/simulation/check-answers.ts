import { isDeepStrictEqual } from 'node:util';
import type { OpeningOutcome } from '../../../command-api/src/handling/open-account.ts';
import type { Outcome } from '../../../command-api/src/handling/outcome.ts';
import type { StreamEvent } from './check-stream.ts';
import { ensure } from './ensure.ts';
import type { CommandSending, OpeningSending, Sending } from './journal.ts';
import { judge } from './reference.ts';
import { beginning } from './store-server.ts';

/** What was answered is in the stream, for ever the same; what was rejected had to be, at some moment while it was asked. */
export function checkAnswers(
  stream: readonly StreamEvent[],
  sendings: readonly CommandSending[],
  { clockJumps }: { readonly clockJumps: boolean },
): void {
  for (const sending of sendings) {
    const { asked, eventsBefore, answer } = sending;
    if (!answer) continue;
    checkRecorder(sending, stream);
    const { outcome, eventsThen } = answer;
    if (outcome.kind === 'recorded') {
      const { event, revision, recordedAt } = outcome.transaction;
      const recorded = stream[revision];
      ensure(revision < eventsThen, 'an answer leaves after its event is written', sending);
      ensure(recorded?.context.recordedAt === recordedAt, 'an answer tells when it was recorded', sending, recorded);
      ensure(isDeepStrictEqual(recorded.event, event), 'an answer is what the stream holds', event, recorded.event);
      ensure(
        judge([recorded], asked, recordedAt).rule === 'replay',
        'an answer is of what was asked',
        sending,
        recorded,
      );
      ensure(outcome.replayed || revision >= eventsBefore, 'only what is recorded now is answered as new', sending);
    } else if (outcome.kind === 'rejected') {
      const { rejection } = outcome;
      const now = 'now' in rejection ? rejection.now : Number.POSITIVE_INFINITY;
      const isNow = clockJumps || !('now' in rejection) || rejection.now <= beginning + answer.atMs;
      ensure(isNow, 'a rejection for its date tells the time', sending);
      const moments = Array.from({ length: eventsThen - eventsBefore + 1 }, (_, at) =>
        stream.slice(0, eventsBefore + at),
      );
      const isRight = moments.some((facts) => judge(facts, asked, now).rule === rejection.rule);
      ensure(isRight, 'a rejection was right while it was asked', sending);
    }
  }
}

/** The one sending that an event was recorded for is answered as new; any other, as a replay; one of which nothing was decided recorded nothing. */
function checkRecorder(sending: Sending<unknown, Outcome | OpeningOutcome>, stream: readonly StreamEvent[]): void {
  const outcome = sending.answer?.outcome;
  const hasRecorded = stream.some(({ context }) => context.causationId === sending.id);
  if (outcome?.kind === 'recorded' || outcome?.kind === 'opened') {
    ensure(hasRecorded === !outcome.replayed, 'an answer tells whether its sending was the first', sending);
  } else if (outcome && (outcome.kind !== 'unsettled' || outcome.reason !== 'outcome-unknown')) {
    ensure(!hasRecorded, 'what is said to have decided nothing has recorded nothing', sending);
  }
}

export function checkOpenings(stream: readonly StreamEvent[], openings: readonly OpeningSending[]): void {
  for (const sending of openings) {
    const { asked, answer } = sending;
    checkRecorder(sending, stream);
    if (!answer || answer.outcome.kind === 'unsettled') continue;
    const opening = stream[0]?.event;
    ensure(opening?.type === 'AccountOpened' && answer.eventsThen > 0, 'an opening that is answered is there', sending);
    ensure((answer.outcome.kind === 'taken') === (opening.name !== asked.name), 'another name is told', sending);
    if (answer.outcome.kind !== 'opened') continue;
    const { account, recordedAt } = answer.outcome;
    ensure(isDeepStrictEqual(account, opening), 'an account is answered as the stream holds it', account, opening);
    ensure(recordedAt === stream[0]?.context.recordedAt, 'an account is answered as it was recorded', sending);
  }
}
