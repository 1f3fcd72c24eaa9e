import type { Causation } from '@ledger/shared/events/account-events';
import { check } from '@ledger/shared/http/validate';
import type { Logger } from '@ledger/shared/log';
import { Problem } from '@ledger/shared/problems';
import type { TransactionCommand } from '../../account/commands.ts';
import type { AccountQueues } from '../../handling/account-queue.ts';
import type { Place } from '../../handling/queue-room.ts';
import type { Sequence } from '../../handling/submission.ts';
import { type Answer, answerOf, problemAnswer } from '../answers.ts';
import { bulkCommand } from '../command-schemas.ts';
import { commandOf } from '../transactions.ts';
import type { BulkItem } from './items.ts';

/** Accounts of one request that may have commands under way or be without an outcome, before all that follows is not attempted. */
const mostSequences = 10_000;

/** An item that was read: a command that has its place in the queues, or the answer already. */
export type Admitted =
  | { readonly line: number; readonly command: TransactionCommand; readonly place: Place | undefined }
  | { readonly line: number; readonly problem: Problem };

/** The commands of one bulk request: order is kept within each account, in memory that does not grow with their number. */
export function createBulkRun(queues: Pick<AccountQueues, 'submit' | 'placeFor'>, causation: Causation, log: Logger) {
  const sequences = new Map<string, Sequence & { open: number }>();
  let gaveUp = false;

  /** Lets the items in one after another, each when its account's queue has a place for it. */
  async function* admit(items: AsyncIterable<BulkItem>): AsyncGenerator<Admitted> {
    for await (const item of items) {
      const { line } = item;
      const read = 'problem' in item ? item : check(bulkCommand, item.value);
      if (read.problem) {
        yield { line, problem: read.problem };
      } else {
        const command = commandOf(read.value, read.value);
        // What will not be attempted needs no place, and holds up nobody.
        const isBroken = sequences.get(command.accountId)?.broken ?? gaveUp;
        yield { line, command, place: isBroken ? undefined : await queues.placeFor(command) };
      }
    }
  }

  /** Submits before it first waits, so that calls in order are commands in order. Never rejects. */
  async function settle(admitted: Admitted): Promise<object> {
    const { line } = admitted;
    if ('problem' in admitted) return outcomeLine(line, problemAnswer(admitted.problem));
    const { command, place } = admitted;
    const sequence = sequenceOf(command.accountId);
    sequence.open += 1;
    try {
      return outcomeLine(line, answerOf(await queues.submit({ command, causation, sequence }, place)));
    } catch (error) {
      sequence.broken = true;
      log.error({ error, line, correlationId: causation.correlationId }, 'a bulk command failed');
      return outcomeLine(line, problemAnswer(new Problem('internal-error', 'the log has the details', {}, error)));
    } finally {
      sequence.open -= 1;
      if (sequence.open === 0 && !sequence.broken) sequences.delete(command.accountId);
    }
  }

  function sequenceOf(accountId: string): Sequence & { open: number } {
    const begun = sequences.get(accountId);
    if (begun) return begun;
    gaveUp ||= sequences.size >= mostSequences;
    const sequence = { broken: gaveUp, open: 0 };
    if (!gaveUp) sequences.set(accountId, sequence);
    return sequence;
  }

  return { admit, settle };
}

function outcomeLine(line: number, { status, replayed, body }: Answer): object {
  return { line, status, replayed, ...body };
}
