import { fromRecordedEvent } from '@ledger/shared/events/account-event-json';
import type { OpeningOutcome } from '../../../command-api/src/handling/open-account.ts';
import type { Outcome } from '../../../command-api/src/handling/outcome.ts';
import { checkAnswers, checkOpenings } from './check-answers.ts';
import { checkOrder } from './check-order.ts';
import { checkStream, type StreamEvent } from './check-stream.ts';
import { ensure } from './ensure.ts';
import { accountIds } from './plan.ts';
import type { Run } from './run.ts';

/** Between a decision and its append, where nothing goes wrong: no more than messages take. */
const calmLagMs = 500;

/** @throws Error where a run has broken a promise of the ledger; says which */
export function checkPromises(run: Run): void {
  const { journal } = run;
  const streams = new Map(accountIds.map((accountId) => [accountId, streamOf(run, accountId)]));
  for (const [accountId, stream] of streams) {
    const sendings = journal.commands.filter(({ asked }) => asked.accountId === accountId);
    checkStream(stream, sendings);
    checkClock(stream, run);
    checkAnswers(stream, sendings, run);
    checkOpenings(
      stream,
      journal.openings.filter(({ asked }) => asked.accountId === accountId),
    );
  }
  for (const request of journal.requests) checkOrder(request, (accountId) => streams.get(accountId) ?? []);
  for (const sending of [...journal.commands, ...journal.openings]) {
    const waitedMs = (sending.answer?.atMs ?? 0) - sending.sentMs;
    ensure(waitedMs <= run.longestWaitMs, 'an answer comes by the deadline', sending);
    ensure(!run.isCalm || !isAway(sending.answer?.outcome), 'there is an outcome where nothing goes wrong', sending);
  }
}

function streamOf(run: Run, accountId: string): readonly StreamEvent[] {
  return run.eventsOf(accountId).map((recorded) => {
    const read = fromRecordedEvent(recorded);
    if (!read.event) throw new Error(`an event of type ${recorded.type} was written`);
    return { ...read, askedDate: read.context.asked.effectiveAt, createdMs: recorded.created.getTime() };
  });
}

/** recordedAt is the store's time: never ahead of it while it does not jump back, and close to it where nothing goes wrong. */
function checkClock(stream: readonly StreamEvent[], { clockJumps, isCalm }: Run): void {
  for (const { event, context, createdMs } of stream) {
    const lagMs = createdMs - context.recordedAt;
    ensure(clockJumps || lagMs >= 0, 'recordedAt is never ahead of the store’s clock', event, lagMs);
    ensure(!isCalm || lagMs <= calmLagMs, 'recordedAt is the time of the decision', event, lagMs);
  }
}

function isAway(outcome: Outcome | OpeningOutcome | undefined): boolean {
  return (
    outcome?.kind === 'unsettled' && (outcome.reason === 'service-unavailable' || outcome.reason === 'outcome-unknown')
  );
}
