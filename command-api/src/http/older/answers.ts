import { assertNever } from '@ledger/shared/assert-never';
import { formatMinor } from '@ledger/shared/money';
import { withMessage } from '@ledger/shared/older-apis/problem-message';
import type { ShownTransaction } from '@ledger/shared/older-apis/transaction';
import { invalidRequest, Problem } from '@ledger/shared/problems';
import { formatInstant } from '@ledger/shared/time';
import type { Rejection } from '../../account/decide.ts';
import type { RecordedTransaction } from '../../handling/outcome.ts';
import type { UniqueOutcome } from '../../handling/submit-once.ts';
import { type Answer, problemAnswer, recordedAnswer, rejectionProblem, unsettledProblem } from '../answers.ts';

/** How one generation of the older APIs says what all of them mean. */
export interface Generation {
  /** Its name of the date that a transaction counts from. */
  readonly date: 'timestamp' | 'created_at';
  readonly refusedStatus: 402 | 409;
  /** `balance` after it. */
  show(transaction: ShownTransaction, balance: string): Readonly<Record<string, unknown>>;
}

export function olderAnswer(outcome: UniqueOutcome, generation: Generation): Answer {
  if (outcome.kind !== 'recorded') return olderProblemAnswer(problemOf(outcome, generation));
  const { transaction, replayed } = outcome;
  if (transaction.event.type !== 'WithdrawalRefused') {
    return { status: 200, replayed, body: shown(transaction, generation) };
  }
  const { body } = recordedAnswer(transaction, replayed);
  const status = generation.refusedStatus;
  return { status, replayed, body: { ...body, status, message: body['detail'] } };
}

function olderProblemAnswer(problem: Problem): Answer {
  return { ...problemAnswer(problem), body: withMessage(problem.toBody()) };
}

function shown({ event, decimals }: RecordedTransaction, generation: Generation): Readonly<Record<string, unknown>> {
  const { transactionId, accountId } = event;
  const type = event.type === 'Deposited' ? 'deposit' : 'withdrawal';
  const amount = formatMinor(event.amount, decimals);
  const effectiveAt = formatInstant(event.effectiveAt);
  const balance = formatMinor(event.balance, decimals);
  return generation.show({ transactionId, accountId, type, amount, effectiveAt }, balance);
}

function problemOf(outcome: Exclude<UniqueOutcome, { kind: 'recorded' }>, generation: Generation): Problem {
  switch (outcome.kind) {
    case 'rejected':
      return olderRejection(outcome.rejection, generation);
    case 'uid-reused':
      return reused(outcome.differs, generation);
    case 'amount-too-large':
      return invalidRequest([
        { field: 'amount', message: 'expected an amount that a balance can hold: at most 10^18 - 1 minor units' },
      ]);
    case 'unsettled':
      return unsettledProblem(outcome.reason);
    default:
      return assertNever(outcome);
  }
}

function olderRejection(rejection: Rejection, generation: Generation): Problem {
  switch (rejection.rule) {
    case 'transaction-id-reused':
      return reused(rejection.differs, generation);
    case 'account-not-found':
      return new Problem(rejection.rule, 'no user has this id');
    case 'effective-date-in-future': {
      const now = formatInstant(rejection.now);
      const detail = `${generation.date} lies too far after now, which is ${now}: by more than five minutes, or without an offset by more than 14 hours`;
      return new Problem(rejection.rule, detail, { now });
    }
    default:
      return rejectionProblem(rejection);
  }
}

function reused(fields: readonly string[], { date }: Generation): Problem {
  const names: Readonly<Record<string, string>> = { accountId: 'user_id', effectiveAt: date };
  const differs = fields.map((field) => names[field] ?? field);
  const detail = `this uid stands for a transaction with another ${differs.join(', ')}`;
  return new Problem('transaction-id-reused', detail, { differs });
}
