import type { RecordedEvent } from '../event-store/event-store.ts';
import { type Instant, readFormatted } from '../time.ts';
import type {
  accountOpenedData,
  eventMetadata,
  RecordedAccountEvent,
  transactionData,
  withdrawalRefusedData,
} from './account-event-json.ts';
import type { AccountAfter, AccountEvent, Asked, EventContext } from './account-events.ts';

/** What may be anything, looked at as what the schema describes. */
type Unchecked<Schema extends { readonly shape: object }> = { readonly [Key in keyof Schema['shape']]?: unknown };
type UncheckedMetadata = Unchecked<typeof eventMetadata>;

/**
 * Reads an event that is written as this ledger writes it: what nearly all are, and reading them is much of a projector's
 * work. It says no more than the schemas do: undefined where it can't tell at a glance that they take the event.
 */
export function readWellFormed({
  id,
  type,
  revision,
  position,
  data,
  metadata,
}: RecordedEvent): RecordedAccountEvent | undefined {
  const context = contextOf(metadata);
  const event = context && eventOf(type, data, context.account.decimals);
  return event && { event, context, id, revision, position };
}

function contextOf(metadata: unknown): EventContext | undefined {
  if (!isObject<UncheckedMetadata>(metadata)) return undefined;
  const { $correlationId: correlationId, $causationId: causationId, actor, traceparent } = metadata;
  if (typeof correlationId !== 'string' || typeof causationId !== 'string') return undefined;
  if (!isTextOrNull(actor) || !isTextOrNull(traceparent)) return undefined;
  const recordedAt = instantOf(metadata.recordedAt);
  const asked = askedOf(metadata.asked);
  const account = accountOf(metadata.account);
  if (recordedAt === undefined || !asked || !account) return undefined;
  return { recordedAt, correlationId, causationId, actor, traceparent, asked, account };
}

function askedOf(value: unknown): Asked | undefined {
  if (!isObject<Unchecked<typeof eventMetadata.shape.asked>>(value)) return undefined;
  const { hash } = value;
  const effectiveAt = instantOrNull(value.effectiveAt);
  return typeof hash === 'string' && effectiveAt !== undefined ? { hash, effectiveAt } : undefined;
}

function accountOf(value: unknown): AccountAfter | undefined {
  if (!isObject<Unchecked<typeof eventMetadata.shape.account>>(value)) return undefined;
  const { currency, decimals } = value;
  if (typeof currency !== 'string' || !areDecimals(decimals)) return undefined;
  const balance = minorOf(value.balance, decimals);
  const latestEffectiveAt = instantOrNull(value.latestEffectiveAt);
  if (balance === undefined || latestEffectiveAt === undefined) return undefined;
  return { balance, latestEffectiveAt, currency, decimals };
}

function eventOf(type: string, data: unknown, decimals: number): AccountEvent | undefined {
  switch (type) {
    case 'AccountOpened':
      return openedOf(data);
    case 'Deposited':
    case 'Withdrawn': {
      const transaction = transactionOf(data, decimals);
      return transaction && { type, ...transaction };
    }
    case 'WithdrawalRefused':
      return refusedOf(data, decimals);
    default:
      return undefined;
  }
}

function openedOf(data: unknown): AccountEvent | undefined {
  if (!isObject<Unchecked<typeof accountOpenedData>>(data)) return undefined;
  const { accountId, name, currency, decimals, metadata } = data;
  if (typeof accountId !== 'string' || typeof name !== 'string' || typeof currency !== 'string') return undefined;
  if (!areDecimals(decimals) || !areFlatStrings(metadata)) return undefined;
  return { type: 'AccountOpened', accountId, name, currency, decimals, metadata };
}

function transactionOf(data: unknown, decimals: number) {
  if (!isObject<Unchecked<typeof transactionData>>(data)) return undefined;
  const { accountId, transactionId, currency, description, metadata } = data;
  if (typeof accountId !== 'string' || typeof transactionId !== 'string') return undefined;
  if (typeof currency !== 'string' || typeof description !== 'string' || !areFlatStrings(metadata)) return undefined;
  const amount = minorOf(data.amount, decimals);
  const balance = minorOf(data.balance, decimals);
  const effectiveAt = instantOf(data.effectiveAt);
  if (amount === undefined || balance === undefined || effectiveAt === undefined) return undefined;
  return { accountId, transactionId, amount, currency, effectiveAt, description, metadata, balance };
}

function refusedOf(data: unknown, decimals: number): AccountEvent | undefined {
  const transaction = transactionOf(data, decimals);
  if (!transaction || !isObject<Unchecked<typeof withdrawalRefusedData>>(data)) return undefined;
  const { reason } = data;
  if (reason !== 'insufficient-funds' && reason !== 'insufficient-funds-at-date') return undefined;
  const shortfall = minorOf(data.shortfall, decimals);
  const firstNegativeAt = instantOrNull(data.firstNegativeAt);
  if (shortfall === undefined || firstNegativeAt === undefined) return undefined;
  return { type: 'WithdrawalRefused', ...transaction, reason, shortfall, firstNegativeAt };
}

function isObject<Fields extends object>(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

const areDecimals = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 6;

function areFlatStrings(value: unknown): value is Readonly<Record<string, string>> {
  if (!isObject<Readonly<Record<string, unknown>>>(value)) return false;
  for (const key in value) {
    // The schema leaves that one out.
    if (typeof value[key] !== 'string' || key === '__proto__') return false;
  }
  return true;
}

const instantOf = (value: unknown): Instant | undefined =>
  typeof value === 'string' ? readFormatted(value) : undefined;

const instantOrNull = (value: unknown): Instant | null | undefined => (value === null ? null : instantOf(value));

const zero = '0'.charCodeAt(0);

/** So many digits are exact as a number. */
const exactDigits = 15;

/** What `parseMinor` reads, of an amount without a sign. */
function minorOf(value: unknown, decimals: number): bigint | undefined {
  if (typeof value !== 'string') return undefined;
  const point = decimals === 0 ? value.length : value.length - decimals - 1;
  if (point < 1) return undefined;
  let minor = 0;
  for (let at = 0; at < value.length; at += 1) {
    if (at === point) {
      if (value[at] !== '.') return undefined;
      continue;
    }
    const digit = value.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9) return undefined;
    minor = minor * 10 + digit;
  }
  return value.length <= exactDigits ? BigInt(minor) : BigInt(value.slice(0, point) + value.slice(point + 1));
}
