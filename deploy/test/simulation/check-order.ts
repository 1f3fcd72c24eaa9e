import type { StreamEvent } from './check-stream.ts';
import { ensure } from './ensure.ts';
import type { CommandSending } from './journal.ts';
import { judge } from './reference.ts';

/**
 * What a request recorded of an account, it recorded in its order, and nothing without what came before it: an earlier
 * command that was left without an outcome stands before it in the stream, or would have been rejected there.
 */
export function checkOrder(
  request: readonly CommandSending[],
  streamOf: (accountId: string) => readonly StreamEvent[],
): void {
  for (const [at, { id, asked }] of request.entries()) {
    const stream = streamOf(asked.accountId);
    const recorded = stream.find(({ context }) => context.causationId === id);
    if (!recorded) continue;
    const facts = stream.slice(0, recorded.revision);
    for (const earlier of request.slice(0, at).filter((other) => other.asked.accountId === asked.accountId)) {
      const outcome = earlier.answer?.outcome;
      if (!outcome || outcome.kind === 'rejected') continue;
      const { rule } = judge(facts, earlier.asked, recorded.context.recordedAt);
      const isThere = rule === 'replay' || earlier.asked.transactionId === asked.transactionId;
      const isRejected = outcome.kind === 'unsettled' && rejections.has(rule);
      ensure(isThere || isRejected, 'a request records nothing before what came before it', earlier, recorded, rule);
    }
  }
}

const rejections: ReadonlySet<string> = new Set([
  'transaction-id-reused',
  'currency-mismatch',
  'effective-date-in-future',
  'balance-limit-exceeded',
]);
