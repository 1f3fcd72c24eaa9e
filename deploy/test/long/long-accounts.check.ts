import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStore, JsonEvent } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { pagesStream } from '@ledger/shared/events/streams';
import { formatMinor, parseDecimal } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { askedOf } from '../../../command-api/src/account/commands.ts';
import { fillAccount } from '../../bench/long-accounts/fill-account.ts';
import { pageCounts, pagesOf, untilWritten } from '../../bench/long-accounts/index-pages.ts';
import {
  balanceAfter,
  balancesFrom,
  type PastTransaction,
  transactionNumber,
} from '../../bench/long-accounts/long-account.ts';
import { type NodeProcess, startProcess } from '../../embedded/event-store/node-process.fixture.ts';
import { put, type Reply } from '../end-to-end/http.fixture.ts';
import { repository } from '../end-to-end/ledger.fixture.ts';
import { type CommandApi, end, startCommandApi } from './long-accounts/command-api.ts';

const transactions = Number(process.env['EVENTS'] ?? 1_000_000);
const accountId = 'long';
/** Complete ones, of what the account begins with. */
const pages = pagesOf(transactions + 1);

function commandOf({ type, amountMinor, effectiveAt }: PastTransaction) {
  return { type, amount: formatMinor(amountMinor, 2), effectiveAt: formatInstant(effectiveAt) };
}

function asked({ transactionId, type, amountMinor, effectiveAt }: PastTransaction) {
  const amount = parseDecimal(formatMinor(amountMinor, 2));
  if (!amount) throw new RangeError(`${amountMinor} is not an amount`);
  const content = { accountId, transactionId, type, amount, currency: undefined, effectiveAt };
  return askedOf({ ...content, description: '', metadata: {} }, 'EUR');
}

describe(`an account of ${transactions.toLocaleString('en-US')} transactions`, function () {
  this.timeout(40 * 60_000);
  let directory: string;
  let node: NodeProcess;
  let store: EventStore;
  let balance = balanceAfter(transactions);
  let revision = transactions;
  /** As of dates that come later from test to test. */
  let withdrawn = 0n;
  /** Of the ids that were given. */
  let last = 0;

  before(async function fill() {
    // Not in the system's temporary folder, which may be in memory.
    await mkdir(join(repository, '.bench'), { recursive: true });
    directory = await mkdtemp(join(repository, '.bench', 'long-accounts-'));
    await timed('filled', () => fillAccount(directory, accountId, transactions, asked));
    node = await startProcess(directory);
    store = connectEventStore(node.url);
  });
  after(async () => {
    await store?.dispose();
    if (node) await end(node.process);
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  /** Does the work with a command-api that knows nothing yet. */
  async function withFresh(work: (api: CommandApi) => Promise<void>): Promise<void> {
    const api = await startCommandApi(node.url);
    try {
      await work(api);
    } finally {
      await end(api.process);
    }
  }

  const transact = (api: CommandApi, transactionId: string, body: object): Promise<Reply> =>
    put(`${api.origin}/v1/accounts/${accountId}/transactions/${transactionId}`, body);

  /** A deposit of 1.00, which is accepted, and leads to the balance that all of the history does. */
  async function expectDeposit(api: CommandApi, what: string): Promise<void> {
    const reply = await timed(what, () => transact(api, `new-${++last}`, { type: 'deposit', amount: '1.00' }));
    balance += 100n;
    revision += 1;
    expect(reply.status).to.equal(201);
    expect(reply.body).to.include({ balance: formatMinor(balance, 2), revision });
  }

  /** Withdrawals of one cent too much and of just enough, as of a date. */
  async function expectBackdated(api: CommandApi, at: number, what: string): Promise<void> {
    const { lowest } = balancesFrom(at, transactions);
    const left = lowest - withdrawn;
    const effectiveAt = formatInstant(at);
    const tooMuch = formatMinor(left + 1n, 2);
    const refused = await timed(what, () =>
      transact(api, `new-${++last}`, { type: 'withdrawal', amount: tooMuch, effectiveAt }),
    );
    expect(refused.status, JSON.stringify(refused.body)).to.equal(402);
    expect(refused.body['type']).to.include('insufficient-funds-at-date');
    expect(refused.body).to.include({ shortfall: '0.01' });
    const enough = formatMinor(left, 2);
    const accepted = await transact(api, `new-${++last}`, { type: 'withdrawal', amount: enough, effectiveAt });
    withdrawn += left;
    balance -= left;
    revision += 2;
    expect(accepted.status, JSON.stringify(accepted.body)).to.equal(201);
    expect(accepted.body).to.include({ balance: formatMinor(balance, 2), revision });
  }
  it('is decided on without pages, and gets them', () =>
    withFresh(async (api) => {
      await expectDeposit(api, 'first command, without pages');
      await timed('its pages were written after', () => untilWritten(api.origin, pages));
      expect(await pageCounts(api.origin)).to.deep.equal({ repaired: pages });
    }));

  it('is decided on from its pages', () =>
    withFresh(async (api) => {
      await expectDeposit(api, 'first command');
      expect(await pageCounts(api.origin)).to.deep.equal({ used: pages });
    }));

  it('is decided on as of any date from its pages', () =>
    withFresh(async (api) => {
      await expectBackdated(
        api,
        transactionNumber(Math.floor(transactions / 3)).effectiveAt,
        'first command, backdated',
      );
      expect(await pageCounts(api.origin)).to.deep.equal({ used: pages });
    }));

  it('knows its oldest and newest transactions again, and what was something else', () =>
    withFresh(async (api) => {
      for (const n of [1, 4_095, 4_096, 4_097, 12_345, transactions].filter((each) => each <= transactions)) {
        const past = transactionNumber(n);
        const replayed = await timed(`transaction ${n} again`, () =>
          transact(api, past.transactionId, commandOf(past)),
        );
        expect(replayed.status, JSON.stringify(replayed.body)).to.equal(200);
        expect(replayed.body).to.include({ revision: n, balance: formatMinor(balanceAfter(n), 2) });
        const other = await transact(api, past.transactionId, { ...commandOf(past), amount: '7.77' });
        expect(other.status).to.equal(409);
        expect(other.body['type']).to.include('transaction-id-reused');
      }
    }));

  it('is decided on rightly where its pages are damaged, which are written again', async () => {
    const damaged: JsonEvent[] = [];
    for await (const { type, data } of store.readForwards(pagesStream(accountId), 0)) {
      damaged.push({ id: randomUUID(), type, data: { ...Object(data), sha256: 'damaged' }, metadata: {} });
    }
    expect(damaged).to.have.length(pages);
    for (const page of damaged) await store.append(pagesStream(accountId), [page], 'any', 10_000);
    // So that the right ones before them are not seen any more.
    await store.setMaxCount(pagesStream(accountId), pages);
    await withFresh(async (api) => {
      await expectDeposit(api, 'first command, pages damaged');
      await untilWritten(api.origin, pages);
      expect(await pageCounts(api.origin)).to.deep.equal({ invalid: pages, repaired: pages });
    });
    await withFresh(async (api) => {
      await expectDeposit(api, 'first command, pages repaired');
      expect(await pageCounts(api.origin)).to.deep.equal({ used: pages });
    });
  });

  it('is decided on rightly as of any date where its pages are gone', async () => {
    await store.setMaxCount(pagesStream(accountId), 1);
    await withFresh((api) =>
      expectBackdated(
        api,
        transactionNumber(Math.floor((2 * transactions) / 3)).effectiveAt,
        'first command, backdated, pages gone',
      ),
    );
  });
});

/** Says how long it took, on a line of its own: times are for people, none is asserted. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`      ${what}: ${Math.round(performance.now() - started)} ms`);
  return result;
}
