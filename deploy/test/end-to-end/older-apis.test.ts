import { expect } from 'chai';
import { call, deposit, get, put } from './http.fixture.ts';
import { startLedger, type TestLedger } from './ledger.fixture.ts';
import { expectAccepted, expectProblem } from './older-expectations.fixture.ts';
import { firstGeneration, generations, secondGeneration, type UserId } from './older-frontends.fixture.ts';
import { transactionsOf } from './older-races.fixture.ts';
import { describeGeneration } from './older-story.fixture.ts';

describe('a payment frontend that speaks an older API, and was given the gateway as its base URL', function () {
  this.timeout(120_000);
  let ledger: TestLedger;

  before(async () => {
    ledger = await startLedger();
  });
  after(() => ledger.stop());

  const frontendOf = (generation: (typeof generations)[number]) =>
    generation({ commands: ledger.gateway, queries: ledger.gateway });

  for (const generation of generations) describeGeneration(generation, () => ledger.gateway);

  it('of the first generation reads a user with its balance, and writes uuid for uid and an id as a string', async () => {
    const first = frontendOf(firstGeneration);
    const [user, namesake] = await Promise.all([first.open('Alice'), first.open('Alice')]);
    expect(user).to.satisfy((id: UserId) => Number.isSafeInteger(id) && Number(id) > 0);
    expect(namesake).not.to.equal(user);
    const sent = { type: 'DEPOSIT', amount: '100', timestamp: '2023-01-04' };
    const asNumber = await call('POST', first.paths.record, { ...sent, uid: 'first-uuid', user_id: user });
    const asString = await call('POST', first.paths.record, { ...sent, uuid: 'first-uuid', user_id: String(user) });
    const shown = { uid: 'first-uuid', type: 'DEPOSIT', amount: '100.00', user_id: user };
    expectAccepted(asNumber).to.deep.equal({ ...shown, timestamp: '2023-01-04T00:00:00.000Z', balance: '100.00' });
    expectAccepted(asString).to.deep.equal(asNumber.body);
    const read = (query: string) => get(`${ledger.gateway}/v1/user/${user}${query}`);
    expectAccepted(await read('')).to.deep.equal({ id: user, name: 'Alice', balance: '100.00' });
    expectAccepted(await read('/?date=2023-01-03')).to.deep.equal({ id: user, name: 'Alice', balance: '0.00' });
    expectAccepted(await read('?date=2023-01-04')).to.deep.equal({ id: user, name: 'Alice', balance: '100.00' });
  });

  it('of the second generation opens a user again, and looks a transaction up by POST', async () => {
    const { paths } = frontendOf(secondGeneration);
    const open = (name: string) => call('POST', `${paths.openUser}/`, { id: 'bob', name });
    for (const reply of [await open('Bob'), await open('Bob')]) {
      expectAccepted(reply).to.deep.equal({ id: 'bob', name: 'Bob' });
    }
    expectProblem(await open('Robert'), 409, 'account-id-taken');
    const sent = { uid: 'bob-1', type: 'DEPOSIT', user_id: 'bob', amount: 1, created_at: '2024-11-21T10-50-02' };
    const recorded = await call('PUT', `${paths.record}/`, sent);
    const answers = [
      recorded,
      await call('PUT', `${paths.record}/`, sent),
      await get(paths.lookUp('bob-1')),
      await call('POST', paths.lookUp('bob-1')),
      await call('POST', `${paths.lookUp('bob-1')}/`, {}),
    ];
    const shown = { ...sent, amount: '1.00', created_at: '2024-11-21T10:50:02.000Z' };
    for (const reply of answers) expectAccepted(reply).to.deep.equal(shown);
    expectProblem(await call('POST', paths.lookUp('bob-2')), 404, 'transaction-not-found');
  });

  it('meets the other generation and the newer API in the same accounts', async () => {
    const [first, second] = [frontendOf(firstGeneration), frontendOf(secondGeneration)];
    const user = await first.open('Carol');
    const account = `${ledger.gateway}/v1/accounts/${user}`;
    const time = '2023-01-04';
    const sent = { uid: 'meeting-1', type: 'DEPOSIT', amount: '10', user: String(user), time } as const;
    expectAccepted(await first.record(sent));
    expectAccepted(await second.record(sent)).to.include(second.shown(sent, '10.00', '2023-01-04T00:00:00.000Z'));
    expectAccepted(await second.lookUp('meeting-1'));
    expectAccepted(await second.record({ ...sent, uid: 'meeting-2' }));
    expectProblem(await first.record({ ...sent, uid: 'meeting-2', amount: '11' }), 409, 'transaction-id-reused');
    expect((await put(`${account}/transactions/meeting-3`, deposit('2.50'))).status).to.equal(201);
    const found = { uid: 'meeting-3', type: 'DEPOSIT', amount: '2.50' };
    expectAccepted(await first.lookUp('meeting-3')).to.include({ ...found, user_id: user });
    expectAccepted(await second.lookUp('meeting-3')).to.include({ ...found, user_id: String(user) });
    expectAccepted(await second.balance(user)).to.deep.equal({ balance: '22.50' });
    expectAccepted(await get(`${account}?consistency=strong`)).to.include({ name: 'Carol', balance: '22.50' });
    expect(await transactionsOf(ledger.gateway, user)).to.deep.equal(['meeting-1', 'meeting-2', 'meeting-3']);
    const opened = await second.open('Dave');
    expectAccepted(await get(`${ledger.gateway}/v1/user/${opened}`)).to.deep.equal({
      id: opened,
      name: 'Dave',
      balance: '0.00',
    });
  });

  it('finds both APIs in the one OpenAPI document, marked as older', async () => {
    interface Operation {
      readonly operationId: string;
      readonly tags: readonly string[];
      readonly deprecated?: boolean;
    }
    const { body } = await get(`${ledger.gateway}/openapi.json`);
    const all = Object.entries(body['paths'] as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    const ids = all.map(({ operation }) => operation.operationId);
    expect(
      ids.filter((id, at) => ids.indexOf(id) !== at),
      'ids of several operations',
    ).to.deep.equal([]);
    const older = all.filter(({ operation }) => operation.deprecated === true);
    expect(older.map(({ method, path }) => `${method} ${path.replace(/\/$/, '')}`).toSorted()).to.deep.equal([
      'get /api/transaction/{uid}',
      'get /api/user/{id}/balance',
      'get /v1/transaction/{uid}',
      'get /v1/user/{id}',
      'get /v1/user/{id}/balance',
      'post /api/transaction/{uid}',
      'post /api/user',
      'post /v1/transaction',
      'post /v1/user',
      'put /api/transaction',
    ]);
    for (const { path, operation } of older) {
      const generation = path.startsWith('/api') ? 'second' : 'first';
      expect(operation.tags, path).to.deep.equal([`Older API, ${generation} generation`]);
    }
  });
});
