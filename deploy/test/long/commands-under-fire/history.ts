import type { EventStore } from '@ledger/shared/event-store/event-store';
import { fromRecordedEvent, type RecordedAccountEvent } from '@ledger/shared/events/account-event-json';
import {
  type AccountOpened,
  deltaOf,
  type TransactionEvent,
  type WithdrawalRefused,
} from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { createBalances } from './balances.ts';

export type RecordedOpening = RecordedAccountEvent & { readonly event: AccountOpened };
export type RecordedTransaction = RecordedAccountEvent & { readonly event: TransactionEvent };

/** An account's stream. */
export interface History {
  readonly opening: RecordedOpening;
  /** By revision, from 1 on. */
  readonly transactions: readonly RecordedTransaction[];
  readonly byId: ReadonlyMap<string, RecordedTransaction>;
}

/**
 * Reads an account's stream and folds it, with a look at every promise after each event: revisions are dense, balances add
 * up and are never negative at the end of any instant, a refusal has its reason, each id is there once, recordedAt never
 * goes back and effectiveAt is never after it.
 * @throws AssertionError
 */
export async function readHistory(store: EventStore, account: string): Promise<History> {
  const events: RecordedAccountEvent[] = [];
  for await (const recorded of store.readForwards(accountStream(account), 0)) {
    const read = fromRecordedEvent(recorded);
    if (!read.event) throw new Error(`unknown event ${recorded.type}`);
    expect(read.revision, `the next revision of ${account}`).to.equal(events.length);
    expect(read.event.accountId).to.equal(account);
    events.push(read);
  }
  const [opening, ...rest] = events;
  if (opening?.event.type !== 'AccountOpened') throw new Error(`${account} does not begin with its opening`);
  const byId = new Map<string, RecordedTransaction>();
  const balances = createBalances();
  let before = opening;
  for (const recorded of rest) {
    const where = `event ${recorded.revision} of ${account}`;
    if (!isTransaction(recorded)) throw new Error(`${where} opens the account again`);
    const { event, context } = recorded;
    expect(byId.has(event.transactionId), `${where}: ${event.transactionId} again`).to.equal(false);
    byId.set(event.transactionId, recorded);
    expect(context.recordedAt, `recordedAt of ${where}`).to.be.at.least(before.context.recordedAt);
    expect(event.effectiveAt, `the date of ${where}`).to.equal(context.asked.effectiveAt ?? context.recordedAt);
    expect(event.effectiveAt, `the date of ${where}`).to.be.at.most(context.recordedAt);
    const balance = before.context.account.balance + deltaOf(event);
    expect([event.balance, context.account.balance], `the balance of ${where}`).to.deep.equal([balance, balance]);
    if (event.type === 'WithdrawalRefused') {
      expect(reasonOf(event), `the reason of ${where}`).to.deep.equal(
        balances.refusal(event.amount, event.effectiveAt),
      );
    } else {
      const negativeAt = balances.add(event.effectiveAt, deltaOf(event));
      const when = negativeAt === undefined ? '' : formatInstant(negativeAt);
      expect(when, `${where} makes the balance negative as of`).to.equal('');
    }
    expect(context.account.latestEffectiveAt, `the latest date after ${where}`).to.equal(balances.latest());
    before = recorded;
  }
  expect(before.context.account.balance).to.equal(balances.current());
  return { opening: opening as RecordedOpening, transactions: [...byId.values()], byId };
}

const isTransaction = (recorded: RecordedAccountEvent): recorded is RecordedTransaction =>
  recorded.event.type !== 'AccountOpened';

function reasonOf({ reason, shortfall, firstNegativeAt }: WithdrawalRefused) {
  return { reason, shortfall, firstNegativeAt };
}
