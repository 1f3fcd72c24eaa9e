import type { Causation } from '@ledger/shared/events/account-events';
import { check } from '@ledger/shared/http/validate';
import type { Logger } from '@ledger/shared/log';
import { Problem } from '@ledger/shared/problems';
import type { TransactionCommand } from '../../account/commands.ts';
import type { AccountQueues } from '../../handling/account-queue.ts';
import type { Sequence } from '../../handling/submission.ts';
import { type Answer, answerOf, problemAnswer, unsettledProblem } from '../answers.ts';
import { bulkCommand } from '../command-schemas.ts';
import { commandOf } from '../transactions.ts';
import type { BulkItem } from './items.ts';

/** Accounts that may be without an outcome in one request before all that follows is not attempted either. */
const mostBrokenSequences = 10_000;

/** An item that was read: a command to submit, or the answer already. */
export type Admitted =
  | { readonly line: number; readonly command: TransactionCommand; readonly sizeBytes: number }
  | { readonly line: number; readonly problem: Problem };

/** The commands of one bulk request: order is kept within each account, in memory that does not grow with their number. */
export function createBulkRun(queues: AccountQueues, causation: Causation, log: Logger) {
  const sequences = new Map<string, Sequence & { open: number }>();
  let broken = 0;

  /** Lets the items in one after another, each when its account's queue has room for it. */
  async function* admit(items: AsyncIterable<BulkItem>): AsyncGenerator<Admitted> {
    for await (const item of items) {
      const admitted = read(item);
      if ('command' in admitted) await queues.roomFor(admitted.command.accountId);
      yield admitted;
    }
  }

  /** Submits before it first waits, so that calls in order are commands in order. Never rejects. */
  async function settle(admitted: Admitted): Promise<object> {
    const { line } = admitted;
    if ('problem' in admitted) return outcomeLine(line, problemAnswer(admitted.problem));
    if (broken > mostBrokenSequences) return outcomeLine(line, problemAnswer(unsettledProblem('not-attempted')));
    const { command, sizeBytes } = admitted;
    const sequence = sequences.get(command.accountId) ?? { broken: false, open: 0 };
    sequences.set(command.accountId, sequence);
    sequence.open += 1;
    try {
      return outcomeLine(line, answerOf(await queues.submit({ command, causation, sizeBytes, sequence })));
    } catch (error) {
      sequence.broken = true;
      log.error({ error, line, correlationId: causation.correlationId }, 'a bulk command failed');
      return outcomeLine(line, problemAnswer(new Problem('internal-error', 'the log has the details', {}, error)));
    } finally {
      sequence.open -= 1;
      if (sequence.open === 0) {
        if (sequence.broken) broken += 1;
        else sequences.delete(command.accountId);
      }
    }
  }

  return { admit, settle };
}

function read(item: BulkItem): Admitted {
  const { line } = item;
  if ('problem' in item) return item;
  const checked = check(bulkCommand, item.value);
  if (checked.problem) return { line, problem: checked.problem };
  return { line, command: commandOf(checked.value, checked.value), sizeBytes: item.sizeBytes };
}

function outcomeLine(line: number, { status, replayed, body }: Answer): object {
  return { line, status, replayed, ...body };
}
