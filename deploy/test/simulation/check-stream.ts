import type { RecordedAccountEvent } from '@ledger/shared/events/account-event-json';
import { ensure } from './ensure.ts';
import type { CommandSending } from './journal.ts';
import { judge, linesOf, type Verdict } from './reference.ts';

/** An event as it is read back, with the date that was asked for and when the store wrote it. */
export type StreamEvent = RecordedAccountEvent & { readonly askedDate: number | null; readonly createdMs: number };

/** Each event is what somebody's command had to lead to at its place; each id is there once; nothing is ever below zero. */
export function checkStream(stream: readonly StreamEvent[], sendings: readonly CommandSending[]): void {
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
