import { z } from 'zod';
import type { JsonEvent, RecordedEvent } from '../event-store/event-store.ts';
import { formatMinor, parseMinor } from '../money.ts';
import { formatInstant, parseInstant } from '../time.ts';
import type { AccountAfter, AccountEvent, EventContext } from './account-events.ts';
import { readWellFormed } from './well-formed-event.ts';

/**
 * The contract of the events in an account's stream, as they are stored: amounts are decimal strings that show all of
 * the currency's decimals, times ISO 8601 in UTC with milliseconds. Fields that are not known are ignored.
 */

const amount = z.string().regex(/^\d+(\.\d+)?$/);
const instant = z.string().refine((text) => {
  const read = parseInstant(text);
  return read !== undefined && formatInstant(read) === text;
}, 'expected an ISO 8601 time in UTC with milliseconds');
const flatStrings = z.record(z.string(), z.string());

export const accountOpenedData = z.object({
  accountId: z.string(),
  name: z.string(),
  currency: z.string(),
  decimals: z.int().min(0).max(6),
  metadata: flatStrings,
});

export const transactionData = z.object({
  accountId: z.string(),
  transactionId: z.string(),
  amount,
  currency: z.string(),
  effectiveAt: instant,
  description: z.string(),
  metadata: flatStrings,
  balance: amount,
});

export const withdrawalRefusedData = transactionData.extend({
  reason: z.enum(['insufficient-funds', 'insufficient-funds-at-date']),
  shortfall: amount,
  firstNegativeAt: instant.nullable(),
});

export const eventMetadata = z.object({
  recordedAt: instant,
  $correlationId: z.string(),
  $causationId: z.string(),
  actor: z.string().nullable(),
  traceparent: z.string().nullable(),
  asked: z.object({ hash: z.string(), effectiveAt: instant.nullable() }),
  account: z.object({
    balance: amount,
    latestEffectiveAt: instant.nullable(),
    currency: z.string(),
    decimals: z.int().min(0).max(6),
  }),
});

/** An event of an account's stream with where it stands. */
export interface RecordedAccountEvent {
  readonly event: AccountEvent;
  readonly context: EventContext;
  readonly id: string;
  readonly revision: number;
  readonly position: bigint;
}

/** An event of a type that this version does not know, but whose metadata it could read. */
export interface UnknownAccountEvent {
  readonly event: undefined;
  readonly type: string;
  readonly context: EventContext;
  readonly id: string;
  readonly revision: number;
  readonly position: bigint;
}

/** A stored event does not keep the contract. Names the stream, the revision and what is wrong. */
export class UnreadableEventError extends Error {
  override readonly name = 'UnreadableEventError';
  readonly recorded: RecordedEvent;

  constructor(recorded: RecordedEvent, what: string, cause?: unknown) {
    super(`event ${recorded.revision} of ${recorded.stream} (${recorded.type}, id ${recorded.id}): ${what}`, { cause });
    this.recorded = recorded;
  }
}

/** The stored form of an event, under an event id that is this decision's own. */
export function toJsonEvent(id: string, event: AccountEvent, context: EventContext): JsonEvent {
  const { decimals } = context.account;
  return {
    id,
    type: event.type,
    data: dataOf(event, decimals),
    metadata: {
      recordedAt: formatInstant(context.recordedAt),
      $correlationId: context.correlationId,
      $causationId: context.causationId,
      actor: context.actor,
      traceparent: context.traceparent,
      asked: {
        hash: context.asked.hash,
        effectiveAt: context.asked.effectiveAt === null ? null : formatInstant(context.asked.effectiveAt),
      },
      account: {
        balance: formatMinor(context.account.balance, decimals),
        latestEffectiveAt:
          context.account.latestEffectiveAt === null ? null : formatInstant(context.account.latestEffectiveAt),
        currency: context.account.currency,
        decimals,
      },
    } satisfies z.infer<typeof eventMetadata>,
  };
}

function dataOf(event: AccountEvent, decimals: number): JsonEvent['data'] {
  if (event.type === 'AccountOpened') {
    const { accountId, name, currency, metadata } = event;
    return { accountId, name, currency, decimals: event.decimals, metadata } satisfies z.infer<
      typeof accountOpenedData
    >;
  }
  const { accountId, transactionId, currency, description, metadata } = event;
  const transaction = {
    accountId,
    transactionId,
    amount: formatMinor(event.amount, decimals),
    currency,
    effectiveAt: formatInstant(event.effectiveAt),
    description,
    metadata,
    balance: formatMinor(event.balance, decimals),
  } satisfies z.infer<typeof transactionData>;
  if (event.type !== 'WithdrawalRefused') return transaction;
  return {
    ...transaction,
    reason: event.reason,
    shortfall: formatMinor(event.shortfall, decimals),
    firstNegativeAt: event.firstNegativeAt === null ? null : formatInstant(event.firstNegativeAt),
  } satisfies z.infer<typeof withdrawalRefusedData>;
}

/**
 * Reads an event of an account's stream.
 * @throws UnreadableEventError where it does not keep the contract; an unknown type is answered with `event` undefined.
 */
export function fromRecordedEvent(recorded: RecordedEvent): RecordedAccountEvent | UnknownAccountEvent {
  return readWellFormed(recorded) ?? readByContract(recorded);
}

/** The same, at several times the cost: what is not obviously right, the schemas decide. */
export function readByContract(recorded: RecordedEvent): RecordedAccountEvent | UnknownAccountEvent {
  try {
    const { id, revision, position, type } = recorded;
    const context = readContext(recorded.metadata);
    const event = readEvent(type, recorded.data, context.account.decimals);
    return event ? { event, context, id, revision, position } : { event, type, context, id, revision, position };
  } catch (error) {
    if (error instanceof z.ZodError) throw new UnreadableEventError(recorded, inOneLine(error), error);
    if (error instanceof RangeError) throw new UnreadableEventError(recorded, error.message, error);
    throw error;
  }
}

/** It ends up in logs, in the status and on the terminal. */
function inOneLine({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');
}

function readContext(metadata: unknown): EventContext {
  const read = eventMetadata.parse(metadata);
  const { currency, decimals } = read.account;
  const account: AccountAfter = {
    balance: parseMinor(read.account.balance, decimals),
    latestEffectiveAt: read.account.latestEffectiveAt === null ? null : Date.parse(read.account.latestEffectiveAt),
    currency,
    decimals,
  };
  return {
    recordedAt: Date.parse(read.recordedAt),
    correlationId: read.$correlationId,
    causationId: read.$causationId,
    actor: read.actor,
    traceparent: read.traceparent,
    asked: {
      hash: read.asked.hash,
      effectiveAt: read.asked.effectiveAt === null ? null : Date.parse(read.asked.effectiveAt),
    },
    account,
  };
}

function readEvent(type: string, data: unknown, decimals: number): AccountEvent | undefined {
  switch (type) {
    case 'AccountOpened':
      return { type, ...accountOpenedData.parse(data) };
    case 'Deposited':
    case 'Withdrawn':
      return { type, ...minorUnits(transactionData.parse(data), decimals) };
    case 'WithdrawalRefused': {
      const refused = withdrawalRefusedData.parse(data);
      return {
        type,
        ...minorUnits(refused, decimals),
        reason: refused.reason,
        shortfall: parseMinor(refused.shortfall, decimals),
        firstNegativeAt: refused.firstNegativeAt === null ? null : Date.parse(refused.firstNegativeAt),
      };
    }
    default:
      return undefined;
  }
}

function minorUnits(data: z.infer<typeof transactionData>, decimals: number) {
  return {
    accountId: data.accountId,
    transactionId: data.transactionId,
    amount: parseMinor(data.amount, decimals),
    currency: data.currency,
    effectiveAt: Date.parse(data.effectiveAt),
    description: data.description,
    metadata: data.metadata,
    balance: parseMinor(data.balance, decimals),
  };
}
