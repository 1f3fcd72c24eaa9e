/**
 * The errors of every API, as RFC 9457 problems. A problem's `type` is `/problems/NAME`, which the APIs serve as a page.
 * The domain speaks of names alone; what they mean in HTTP stands here and nowhere else.
 */

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What a client's author needs to know: when it happens and what to do. */
  readonly meaning: string;
  readonly retryAfterSeconds?: number;
}

export const problemKinds = {
  'invalid-json': {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The request body could not be read as JSON in UTF-8. Nothing was done.',
  },
  'malformed-request': {
    status: 400,
    title: 'This is not an HTTP request',
    meaning: 'What came over the connection could not be read as HTTP/1.1 (RFC 9112). Nothing was done.',
  },
  'invalid-request': {
    status: 400,
    title: 'The request has wrong fields',
    meaning: '`errors` names each wrong field and says what would be right. Nothing was done, and no id was used up.',
  },
  'insufficient-funds': {
    status: 402,
    title: 'The balance is too small',
    meaning:
      'The withdrawal is larger than the current balance. The refusal is recorded: the same transaction id gets this answer for ever; try again under a new id. (409 in the second generation of the older APIs.)',
  },
  'insufficient-funds-at-date': {
    status: 402,
    title: 'The balance would have been negative on a date',
    meaning:
      'The withdrawal counts from a date in the past, and the balance as of `firstNegativeAt` would have been below zero. The refusal is recorded under its transaction id. (409 in the second generation of the older APIs.)',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing at this address',
    meaning: 'No route of this API has this path.',
  },
  'account-not-found': {
    status: 404,
    title: 'No such account',
    meaning: 'No account has this id. A read that is not strong may also be a moment behind the opening.',
  },
  'transaction-not-found': {
    status: 404,
    title: 'No such transaction',
    meaning:
      'No transaction has this id. A read that is not strong may also be a moment behind the command. (In the older APIs, one that was refused is not found; `detail` says so.)',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This address does not take this method',
    meaning: 'The `Allow` header lists the methods that it takes.',
  },
  'not-acceptable': {
    status: 406,
    title: 'No representation that you accept',
    meaning: 'The `Accept` header names no media type that this address can answer with.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request came too slowly',
    meaning: 'Its headers were not complete within a minute. Nothing was done.',
  },
  'transaction-id-reused': {
    status: 409,
    title: 'This transaction id was used for something else',
    meaning:
      'The account already has a transaction of this id with other content; `differs` names the fields. A retry has to send the very same content, a new transaction needs a new id. (In the older APIs a uid stands for one transaction in the whole service, whatever the account.)',
  },
  'account-id-taken': {
    status: 409,
    title: 'This account id is taken',
    meaning: 'An account with this id exists with other content; `differs` names the fields.',
  },
  'transaction-id-ambiguous': {
    status: 409,
    title: 'Several accounts have this transaction id',
    meaning: '`accountIds` names them: ask for the transaction of one account.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning:
      'The limit is in `detail`. Nothing was done. Many transactions are best sent as NDJSON, which has no limit.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'This content type is not understood here',
    meaning: '`detail` names the content types that are.',
  },
  'currency-mismatch': {
    status: 422,
    title: 'The account has another currency',
    meaning:
      'The command names a currency other than the account’s. Nothing was done, and the transaction id stays free.',
  },
  'effective-date-in-future': {
    status: 422,
    title: 'The date lies in the future',
    meaning:
      '`effectiveAt` is more than five minutes ahead of the ledger’s clock (in the older APIs, where it names no offset: more than 14 hours). Nothing was done, and the transaction id stays free.',
  },
  'balance-limit-exceeded': {
    status: 422,
    title: 'The balance would be too large',
    meaning:
      'A balance is at most 10^18 - 1 minor units, on every date. Nothing was done, and the transaction id stays free.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    meaning: 'The request line and all headers together may have 16 kB. Nothing was done.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong here',
    meaning: 'A fault of the ledger, not of the request. Its log names the request id. Repeating a PUT is safe.',
  },
  overloaded: {
    status: 503,
    title: 'Too busy',
    meaning:
      'Too many commands are waiting, or others keep changing the same account. This attempt decided nothing; an earlier one under the same id may have. Repeating the very same request after `Retry-After` seconds is safe.',
    retryAfterSeconds: 1,
  },
  'outcome-unknown': {
    status: 503,
    title: 'It is not known yet whether this took effect',
    meaning:
      'The event store did not say in time whether the command landed. Repeating the very same request is safe: it takes effect at most once, and answers with its outcome.',
    retryAfterSeconds: 1,
  },
  'not-attempted': {
    status: 503,
    title: 'Not attempted',
    meaning:
      'An earlier command of the same account in the same request has no outcome yet, so this one was not tried; an earlier attempt under the same id may have been. Sending both again, in the same order, is safe.',
    retryAfterSeconds: 1,
  },
  'service-unavailable': {
    status: 503,
    title: 'The service is not available now',
    meaning:
      'It is starting, stopping or has lost what it depends on. Repeating the very same request after `Retry-After` seconds is safe.',
    retryAfterSeconds: 1,
  },
  'read-model-unavailable': {
    status: 503,
    title: 'The read model is not available now',
    meaning: 'PostgreSQL does not answer. Commands and strong reads of a current balance go on without it.',
    retryAfterSeconds: 2,
  },
  'read-model-behind': {
    status: 503,
    title: 'The read model is too far behind',
    meaning: 'A strong answer would have to read too many events that are not projected yet. Try again shortly.',
    retryAfterSeconds: 2,
  },
  'revision-not-reached': {
    status: 503,
    title: 'The account has not reached this revision',
    meaning: '`minRevision` is beyond the account’s newest event, after waiting for it for two seconds.',
    retryAfterSeconds: 1,
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof problemKinds;

/** One wrong field of a request: where (`amount`, `metadata.colour`), and what would be right. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The JSON form, RFC 9457 section 3. `members` are the kind's own. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly [member: string]: unknown;
}

/** Thrown where a request can't be answered; `toBody` is what the client gets. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemName;
  readonly detail: string;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(kind: ProblemName, detail: string, members: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(`${kind}: ${detail}`, { cause });
    this.kind = kind;
    this.detail = detail;
    this.members = members;
  }

  get status(): number {
    return problemKinds[this.kind].status;
  }

  /** Seconds for `Retry-After`; undefined where repeating the request does not help. */
  get retryAfterSeconds(): number | undefined {
    const kind: ProblemKind = problemKinds[this.kind];
    return kind.retryAfterSeconds;
  }

  toBody(): ProblemBody {
    const { status, title } = problemKinds[this.kind];
    return { type: `/problems/${this.kind}`, title, status, detail: this.detail, ...this.members };
  }
}

/** A 400 that names every wrong field. */
export function invalidRequest(errors: readonly FieldError[]): Problem {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Problem('invalid-request', detail, { errors });
}
