import { assertNever } from '@ledger/shared/assert-never';
import { formatMinor } from '@ledger/shared/money';
import { Problem } from '@ledger/shared/problems';
import { formatInstant } from '@ledger/shared/time';
import type { Rejection } from '../account/decide.ts';
import type { OpeningOutcome } from '../handling/open-account.ts';
import type { Outcome, RecordedTransaction, Unsettled } from '../handling/outcome.ts';

/** An outcome in HTTP. A replay's body is the first answer's, to the letter. */
export interface Answer {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
}

export function answerOf(outcome: Outcome): Answer {
  switch (outcome.kind) {
    case 'recorded':
      return recordedAnswer(outcome.transaction, outcome.replayed);
    case 'rejected':
      return problemAnswer(rejectionProblem(outcome.rejection));
    case 'unsettled':
      return problemAnswer(unsettledProblem(outcome.reason));
  }
}

export function problemAnswer(problem: Problem, replayed = false): Answer {
  const { status, retryAfterSeconds } = problem;
  const answer = { status, replayed, body: problem.toBody() };
  return retryAfterSeconds === undefined ? answer : { ...answer, retryAfterSeconds };
}

export function openingAnswer(outcome: Extract<OpeningOutcome, { kind: 'opened' }>): Answer {
  const { accountId, name, currency, decimals, metadata } = outcome.account;
  const balance = formatMinor(0n, decimals);
  const recordedAt = formatInstant(outcome.recordedAt);
  const body = { accountId, name, currency, metadata, balance, revision: 0, recordedAt };
  return { status: outcome.replayed ? 200 : 201, replayed: outcome.replayed, body };
}

/** A recorded transaction, or a recorded refusal. */
export function recordedAnswer(
  { event, decimals, revision, recordedAt }: RecordedTransaction,
  replayed: boolean,
): Answer {
  const { accountId, transactionId, amount, currency, effectiveAt, description, metadata, balance } = event;
  const members = {
    accountId,
    transactionId,
    type: event.type === 'Deposited' ? 'deposit' : 'withdrawal',
    amount: formatMinor(amount, decimals),
    currency,
    effectiveAt: formatInstant(effectiveAt),
    description,
    metadata,
    balance: formatMinor(balance, decimals),
    revision,
    recordedAt: formatInstant(recordedAt),
  };
  if (event.type !== 'WithdrawalRefused') return { status: replayed ? 200 : 201, replayed, body: members };
  const shortfall = formatMinor(event.shortfall, decimals);
  if (event.firstNegativeAt === null) {
    const detail = `the balance is ${members.balance}, ${shortfall} less than the ${members.amount} to withdraw`;
    return problemAnswer(
      new Problem('insufficient-funds', detail, { ...refusalMembers(members), shortfall }),
      replayed,
    );
  }
  const firstNegativeAt = formatInstant(event.firstNegativeAt);
  const detail = `a withdrawal of ${members.amount} as of ${members.effectiveAt} is ${shortfall} more than the balance as of ${firstNegativeAt}`;
  return problemAnswer(
    new Problem('insufficient-funds-at-date', detail, { ...refusalMembers(members), shortfall, firstNegativeAt }),
    replayed,
  );
}

/** RFC 9457 keeps `type` for the problem's kind; the transaction was a withdrawal, or it would not have been refused. */
function refusalMembers({ type: _withdrawal, ...members }: { type: string } & Record<string, unknown>) {
  return members;
}

export function rejectionProblem(rejection: Rejection): Problem {
  switch (rejection.rule) {
    case 'transaction-id-reused': {
      const { differs } = rejection;
      return new Problem(
        rejection.rule,
        `the account has a transaction of this id with another ${differs.join(', ')}`,
        { differs },
      );
    }
    case 'account-not-found':
      return new Problem(rejection.rule, 'no account has this id; open it with PUT /v1/accounts/{accountId}');
    case 'currency-mismatch': {
      const { accountCurrency } = rejection;
      return new Problem(rejection.rule, `the account is in ${accountCurrency}`, { accountCurrency });
    }
    case 'too-many-decimals': {
      const { currency, decimals } = rejection;
      const message = `expected at most ${decimals} decimals: the account is in ${currency}`;
      return new Problem('invalid-request', `amount: ${message}`, { errors: [{ field: 'amount', message }] });
    }
    case 'effective-date-in-future': {
      const now = formatInstant(rejection.now);
      return new Problem(rejection.rule, `effectiveAt lies more than five minutes after now, which is ${now}`, { now });
    }
    case 'balance-limit-exceeded':
      return new Problem(rejection.rule, 'a balance is at most 10^18 - 1 minor units, on every date');
    default:
      return assertNever(rejection);
  }
}

/** Of this attempt alone: the same id may have been sent before, by a client that does not know how that ended. */
const tryAgain =
  'this attempt decided nothing, and repeating the very same request is safe: it takes effect at most once';

const unsettledDetails: Readonly<Record<Unsettled, string>> = {
  overloaded: `too many commands are waiting, or its account is too busy; ${tryAgain}`,
  'service-unavailable': `the event store can’t be reached, or does not answer in time; ${tryAgain}`,
  'outcome-unknown':
    'the event store did not answer in time; repeating the very same request is safe: it takes effect at most once',
  'not-attempted': `an earlier command of this account in this request has no outcome yet; send both again, in this order: ${tryAgain}`,
};

export function unsettledProblem(reason: Unsettled): Problem {
  return new Problem(reason, unsettledDetails[reason]);
}
