import { isDeepStrictEqual } from 'node:util';
import { formatMinor } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import type { Truth } from './check-answers.ts';
import type { RecordedOpening, RecordedTransaction } from './history.ts';
import type { Command, Content, Opening, OpeningContent } from './journal.ts';

/** @throws Error where it was not recorded, or not as one of the contents that were sent */
export function truthOf(command: Command, recorded: RecordedTransaction | undefined): Truth<Content> {
  const what = `${command.id} of ${command.account}`;
  if (!recorded) throw new Error(`${what} is not in the stream`);
  const { event, context } = recorded;
  const content = theOne(command.contents, (sent) => isContentOf(sent, recorded), what);
  return {
    what,
    content,
    recordedBy: context.causationId,
    refusedFor: event.type === 'WithdrawalRefused' ? event.reason : undefined,
    told: membersOf(recorded),
    otherwise: 'transaction-id-reused',
    differs: (other) => differing(['type', 'amount', 'effectiveAt', 'description', 'metadata'], other, content),
  };
}

/** @throws Error where the account was opened with no content that was sent */
export function truthOfOpening({ account, contents }: Opening, recorded: RecordedOpening): Truth<OpeningContent> {
  const { event, context } = recorded;
  const { name, currency, metadata } = event;
  const isSent = (sent: OpeningContent) => sent.name === name && isDeepStrictEqual(sent.metadata, metadata);
  const recordedAt = formatInstant(context.recordedAt);
  const what = `the opening of ${account}`;
  return {
    what,
    content: theOne(contents, isSent, what),
    recordedBy: context.causationId,
    refusedFor: undefined,
    told: { accountId: account, name, currency, metadata, balance: '0.00', revision: 0, recordedAt },
    otherwise: 'account-id-taken',
    differs: (other) => differing<OpeningContent>(['name', 'metadata'], other, event),
  };
}

/** In the order of `fields`, which is the API's. */
function differing<Sent>(fields: readonly (keyof Sent & string)[], one: Sent, other: Sent): string[] {
  return fields.filter((field) => !isDeepStrictEqual(one[field], other[field]));
}

function theOne<Sent>(contents: readonly Sent[], isRecorded: (content: Sent) => boolean, what: string): Sent {
  const [one, ...others] = contents.filter(isRecorded);
  if (!one || others.length > 0) throw new Error(`${what} was not recorded as it was sent, or sent twice as another`);
  return one;
}

function isContentOf(content: Content, { event, context: { asked, account } }: RecordedTransaction): boolean {
  return (
    content.type === (event.type === 'Deposited' ? 'deposit' : 'withdrawal') &&
    content.amount === formatMinor(event.amount, account.decimals) &&
    (content.effectiveAt === undefined ? null : Date.parse(content.effectiveAt)) === asked.effectiveAt &&
    content.description === event.description &&
    isDeepStrictEqual(content.metadata, event.metadata)
  );
}

/** All members of an answer, but those that tell it in words. */
function membersOf({ event, context, revision }: RecordedTransaction): object {
  const { decimals } = context.account;
  const { accountId, transactionId, currency, description, metadata } = event;
  const members = {
    accountId,
    transactionId,
    amount: formatMinor(event.amount, decimals),
    currency,
    effectiveAt: formatInstant(event.effectiveAt),
    description,
    metadata,
    balance: formatMinor(event.balance, decimals),
    revision,
    recordedAt: formatInstant(context.recordedAt),
  };
  if (event.type !== 'WithdrawalRefused') {
    return { ...members, type: event.type === 'Deposited' ? 'deposit' : 'withdrawal' };
  }
  const { reason, shortfall, firstNegativeAt } = event;
  return {
    ...members,
    type: `/problems/${reason}`,
    shortfall: formatMinor(shortfall, decimals),
    ...(firstNegativeAt !== null && { firstNegativeAt: formatInstant(firstNegativeAt) }),
  };
}
