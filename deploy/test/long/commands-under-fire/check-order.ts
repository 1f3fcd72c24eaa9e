import { expect } from 'chai';
import type { History } from './history.ts';
import { type Bulk, type Command, isDefinite, problemOf } from './journal.ts';

/**
 * What was answered before a request was sent stands before whatever that request recorded.
 * @throws AssertionError
 */
export function checkRealTimeOrder({ transactions }: History, commands: ReadonlyMap<string, Command>): void {
  let answeredAt = Number.POSITIVE_INFINITY;
  let answered = '';
  for (const { event, context, revision } of transactions.toReversed()) {
    const sendings = commands.get(event.transactionId)?.sendings ?? [];
    const sentAt = sendings.find(({ requestId }) => requestId === context.causationId)?.sentAt ?? Number.NaN;
    const where = `${event.transactionId}, at revision ${revision} of ${event.accountId}`;
    expect(sentAt <= answeredAt, `${where}, was sent after ${answered} was answered`).to.equal(true);
    for (const { answer } of sendings) {
      if (!answer || !isDefinite(answer) || answer.at >= answeredAt) continue;
      answeredAt = answer.at;
      answered = `${event.transactionId}, at revision ${revision},`;
    }
  }
}

/**
 * Commands of one account take effect in the order of their lines: when a request records one, all before it stand in the
 * stream, so nothing is recorded after a line that was not decided. (Lines that share an append may have answers on both
 * sides of the deadline: the earlier ones' outcome is then unknown, the later ones' is not.) Nothing is left alone as not
 * attempted but after a line without an outcome.
 * @throws AssertionError
 */
export function checkBulk({ requestId, lines }: Bulk, histories: ReadonlyMap<string, History>): void {
  const newest = new Map<string, number>();
  const seen = new Set<Command>();
  const unsettled = new Set<string>();
  for (const [at, { command, sending }] of lines.entries()) {
    const { account, id } = command;
    const where = `line ${at + 1}, ${id} of ${account}, of bulk request ${requestId}`;
    const recorded = histories.get(account)?.byId.get(id);
    if (!recorded) throw new Error(`${where} is not in the stream`);
    const { revision, context } = recorded;
    // The second line of an id repeats the first.
    if (context.causationId === requestId && !seen.has(command)) {
      expect(revision, `the revision of ${where}`).to.be.at.least(newest.get(account) ?? 0);
    }
    seen.add(command);
    newest.set(account, Math.max(revision, newest.get(account) ?? 0));
    const { answer } = sending;
    if (!answer || isDefinite(answer)) continue;
    if (problemOf(answer) === 'not-attempted') {
      expect(unsettled.has(account), `${where} was not attempted, all before it have an outcome`).to.equal(true);
    }
    unsettled.add(account);
  }
}
