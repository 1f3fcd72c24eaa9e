import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { statementAnswer } from './answers.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;
const path = '/v1/accounts/alice/transactions';

describe('GET /v1/accounts/{accountId}/transactions', () => {
  let model: ReadModel;

  before(async () => {
    model = await startReadModel();
    const history = accountHistory('alice', opened);
    history.transact(10_000n, opened + day, opened + day + 1_000, 't-1');
    history.transact(-5_000n, opened + 2 * day, opened + 2 * day + 1_000, 't-2');
    history.transact(-50_000n, opened + 3 * day, opened + 3 * day, 't-3');
    history.transact(-1_000n, opened + day, opened + 4 * day, 't-4');
    await appendHistory(model.store, history);
    await appendHistory(model.store, accountHistory('kenji', opened, 'JPY', 0));
    await model.project();
  });
  after(() => model.stop());

  const ok = async (query: string) => {
    const { status, body } = await model.get(`${path}?${query}`);
    expect(status, JSON.stringify(body)).to.equal(200);
    return statementAnswer.parse(body);
  };
  const ids = ({ transactions }: Awaited<ReturnType<typeof ok>>) =>
    transactions.map(({ transactionId }) => transactionId);

  it('shows deposits and withdrawals with the balance after each, and no refusals', async () => {
    const statement = await ok('from=2026-01-03');
    const { transactions, ...head } = statement;
    expect(head).to.deep.equal({
      accountId: 'alice',
      currency: 'EUR',
      revision: 4,
      from: '2026-01-03T00:00:00.000Z',
      order: 'asc',
      types: ['Deposited', 'Withdrawn'],
      openingBalance: '90.00',
      closingBalance: '40.00',
      nextCursor: null,
    });
    expect(transactions).to.deep.equal([
      {
        transactionId: 't-2',
        type: 'withdrawal',
        outcome: 'accepted',
        amount: '50.00',
        effectiveAt: '2026-01-03T00:00:00.000Z',
        recordedAt: '2026-01-03T00:00:01.000Z',
        description: 'no. 2',
        metadata: { n: '2' },
        balance: '50.00',
        runningBalance: '40.00',
        revision: 2,
      },
    ]);
  });

  it('shows refusals where they are asked for, as single transactions are shown', async () => {
    const { transactions } = await ok('types=WithdrawalRefused');
    const [refused] = transactions;
    expect(transactions).to.have.length(1);
    const { body } = await model.get(`${path}/t-3`);
    const { accountId: _accountId, currency: _currency, ...single } = body;
    expect(refused).to.deep.equal({ ...single, runningBalance: '40.00' });
    expect(refused).to.include({ outcome: 'refused', reason: 'insufficient-funds', shortfall: '450.00' });
    expect(ids(await ok('types=WithdrawalRefused,Deposited'))).to.deep.equal(['t-1', 't-3']);
  });

  it('shows what was known at a time', async () => {
    const known = await ok('knownAt=2026-01-03T12:00:00Z');
    expect(known).to.deep.include({ revision: 2, closingBalance: '50.00', knownAt: '2026-01-03T12:00:00.000Z' });
    expect(ids(known)).to.deep.equal(['t-1', 't-2']);
    // A refusal is an outcome too.
    expect(await ok('knownAt=2026-01-04')).to.deep.include({ revision: 3, closingBalance: '50.00' });
    expect(await ok('knownAt=2025-01-01')).to.deep.include({ revision: 0, closingBalance: '0.00', transactions: [] });
  });

  it('needs no event store for what was known before the newest projected event, however strong', async () => {
    model.store.reachable(false);
    try {
      const strong = await ok('knownAt=2026-01-04T23:59:59.999Z&consistency=strong&minRevision=9');
      expect(strong.revision).to.equal(3);
      const { status } = await model.get(`${path}?knownAt=2026-01-05&consistency=strong`);
      expect(status).to.equal(503);
    } finally {
      model.store.reachable(true);
    }
  });

  it('keeps a cursor to its own statement', async () => {
    const { nextCursor } = await ok('limit=1&knownAt=2026-01-10&types=Withdrawn,Deposited');
    expect(ids(await ok(`limit=1&cursor=${nextCursor}`))).to.deep.equal(['t-4']);
    await ok(`cursor=${nextCursor}&order=asc&knownAt=2026-01-10T00:00:00Z&types=Deposited,Withdrawn`);
    for (const wrong of [
      'order=desc',
      'from=2026-01-01',
      'to=2026-01-01',
      'knownAt=2026-01-11',
      'types=Deposited',
      'types=Deposited,Withdrawn,WithdrawalRefused',
    ]) {
      const { status, body } = await model.get(`${path}?cursor=${nextCursor}&${wrong}`);
      expect([status, body['detail']], wrong).to.deep.equal([
        400,
        `cursor: it belongs to a statement with another ${wrong.split('=')[0]}`,
      ]);
    }
    const other = await model.get(`/v1/accounts/kenji/transactions?cursor=${nextCursor}`);
    expect(other.body['detail']).to.equal('cursor: it belongs to the statement of another account');
  });

  it('takes no cursor that it has not given', async () => {
    const fields: unknown[] = [2, 'alice', opened, 3, null, null, null, 'asc', ['Deposited'], opened, 1];
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    expect((await model.get(`${path}?cursor=${encoded(fields)}`)).status).to.equal(200);
    for (const wrong of [
      'nonsense',
      '!',
      encoded(null),
      encoded([]),
      encoded(fields.slice(1)),
      ...(
        [
          [0, 1],
          [1, 7],
          [2, 9e15],
          [3, -1],
          [3, 1.5],
          [4, -9e15],
          [5, 'x'],
          [6, 9e15],
          [7, 'up'],
          [8, []],
          [8, ['AccountOpened']],
          [9, 9e15],
          [10, -1],
        ] as const
      ).map(([index, value]) => encoded(fields.with(index, value))),
    ]) {
      const { status, body } = await model.get(`${path}?cursor=${wrong}`);
      expect([status, body['detail']], wrong).to.deep.equal([
        400,
        'cursor: expected a nextCursor of this statement, unchanged',
      ]);
    }
  });

  it('says what types there are', async () => {
    for (const types of ['', 'Deposited,', 'deposited', 'Deposited&types=Withdrawn', 'AccountOpened']) {
      const { status, body } = await model.get(`${path}?types=${types}`);
      expect(status, types).to.equal(400);
      expect(body['detail']).to.include('Deposited,Withdrawn,WithdrawalRefused');
    }
  });
});
