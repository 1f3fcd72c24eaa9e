import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { expect } from 'chai';
import { type EventStoreNode, startEventStore } from '../../deploy/embedded/event-store/node.ts';
import {
  type AppendTrouble,
  type StubEventStore,
  startStubEventStore,
} from '../../deploy/test/stub-event-store/stub-event-store.fixture.ts';
import {
  broken,
  callErrors,
  claiming,
  ended,
  failing,
  failingAfter,
  failingCall,
  goAway,
  notLeaderError,
  otherRevision,
  refusals,
  refusing,
  silence,
  written,
  wrongRevision,
} from '../../deploy/test/stub-event-store/troubles.fixture.ts';
import { until } from '../../deploy/test/until.fixture.ts';
import { recorded, startCommandApiAt } from './store-in-trouble.fixture.ts';

const deadlineMs = 10_000;
const shortDeadlineMs = 300;
const readTimeoutMs = 200;

describe('commands while the event store answers badly', () => {
  let node: EventStoreNode;
  /** Reads the streams beside the troubles. */
  let store: EventStore;
  let stub: StubEventStore;
  let leader: StubEventStore;
  let api: Awaited<ReturnType<typeof startCommandApiAt>>;
  /** Another instance, whose commands have little time. */
  let hasty: Awaited<ReturnType<typeof startCommandApiAt>>;
  let accounts = 0;

  before(async () => {
    node = await startEventStore({ memory: true, port: 0 });
    store = connectEventStore(node.url);
  });
  beforeEach(async () => {
    stub = await startStubEventStore(node.port);
    leader = await startStubEventStore(node.port);
    api = await startCommandApiAt(stub.url, { deadlineMs, readTimeoutMs });
    hasty = await startCommandApiAt(stub.url, { deadlineMs: shortDeadlineMs, readTimeoutMs });
  });
  afterEach(async () => {
    stub.heal();
    await api.stop();
    await hasty.stop();
    await stub.stop();
    await leader.stop();
  });
  after(async () => {
    await store.dispose();
    await node.stop();
  });

  async function openAccount(): Promise<string> {
    accounts += 1;
    const accountId = `account-${accounts}`;
    expect((await api.open(accountId)).status).to.equal(201);
    return accountId;
  }

  const ending = (errors: typeof callErrors) =>
    Object.entries(errors).map(([name, error]) => [`ends the call: ${name}`, failingCall(error)] as const);
  const answers: readonly (readonly [string, AppendTrouble])[] = [
    ...ending(callErrors),
    ['is not the leader', (...met) => failingCall(notLeaderError(leader.port))(...met)],
    ...Object.entries(refusals).map(([name, refusal]) => [`refuses: ${name}`, refusing(refusal)] as const),
    ['breaks the connection', broken],
    ['tells a wrong revision', wrongRevision(1)],
  ];
  const lost: readonly (readonly [string, AppendTrouble])[] = [
    ['ends the call with OK', ended],
    ['says nothing, ever', silence],
  ];
  const orWritten = (troubles: typeof answers) =>
    troubles.flatMap(
      ([name, trouble]) => [[name, trouble] as const, [`writes it, and ${name}`, written(trouble)] as const] as const,
    );
  const passing = [
    ...orWritten([...answers, ...lost]),
    ['sends its clients away', goAway] as const,
    ['tells another revision', otherRevision] as const,
    ['claims success at another revision', claiming(7)] as const,
  ];

  for (const [name, trouble] of passing) {
    it(`are recorded once and answered as ever, where the server once ${name}`, async () => {
      const accountId = await openAccount();
      stub.onAppends(trouble);
      const deposited = await api.deposit(accountId, 'd', '10.00');
      expect(deposited).to.include({ status: 201, replayed: false });
      expect(deposited.body).to.include({ transactionId: 'd', amount: '10.00', balance: '10.00', revision: 1 });
      // What loses an attempt takes three seconds: once is enough.
      if (!name.includes('OK') && !name.includes('ever')) stub.onAppends(trouble, trouble);
      leader.onAppends(trouble);
      const withdrawn = await api.withdraw(accountId, 'w', '4.00');
      expect(withdrawn).to.include({ status: 201, replayed: false });
      expect(withdrawn.body).to.include({ transactionId: 'w', amount: '4.00', balance: '6.00', revision: 2 });

      stub.heal();
      leader.heal();
      const repeated = [await api.deposit(accountId, 'd', '10.00'), await api.withdraw(accountId, 'w', '4.00')];
      expect(repeated).to.deep.equal([
        { ...deposited, status: 200, replayed: true },
        { ...withdrawn, status: 200, replayed: true },
      ]);
      expect(await recorded(store, accountId)).to.deep.equal(['Deposited d', 'Withdrawn w']);
    });
  }

  for (const [name, trouble] of orWritten([...answers.filter(([name]) => name !== 'is not the leader'), ...lost])) {
    it(`have an unknown outcome, and are recorded once when repeated, where for too long the server ${name}`, async () => {
      const accountId = await openAccount();
      stub.onEveryAppend(trouble);
      const first = await hasty.deposit(accountId, 'd', '10.00');
      // A write that is told to be a wrong revision is found at once.
      if (name === 'writes it, and tells a wrong revision') expect(first).to.include({ status: 201, replayed: false });
      else {
        expect(first.status).to.equal(503);
        expect(first.retryAfter).to.match(/^[1-9]\d*$/);
        expect(first.body).to.include({ type: '/problems/outcome-unknown' });
        expect(first.body['detail']).to.match(/repeating the very same request is safe/);
      }

      stub.heal();
      const second = await until('an answer to the repeated command', async () => {
        const answer = await hasty.deposit(accountId, 'd', '10.00');
        return answer.status === 503 ? undefined : answer;
      });
      expect(second.status).to.equal(second.replayed ? 200 : 201);
      expect(second.body).to.include({ transactionId: 'd', amount: '10.00', balance: '10.00', revision: 1 });
      expect(await hasty.deposit(accountId, 'd', '10.00')).to.deep.equal({ ...second, status: 200, replayed: true });
      expect(await recorded(store, accountId)).to.deep.equal(['Deposited d']);
    });
  }

  it('are recorded once where the server is never the leader, and the leader is away', async () => {
    const accountId = await openAccount();
    await leader.stop();
    stub.onEveryAppend(written(failingCall(notLeaderError(leader.port))));
    expect((await hasty.deposit(accountId, 'd', '10.00')).body).to.include({ type: '/problems/outcome-unknown' });
    stub.heal();
    const second = await until('an answer to the repeated command', async () => {
      const answer = await hasty.deposit(accountId, 'd', '10.00');
      return answer.status === 503 ? undefined : answer;
    });
    expect(second).to.include({ status: 200, replayed: true });
    expect(await recorded(store, accountId)).to.deep.equal(['Deposited d']);
  });

  for (const [name, trouble] of [
    ['is not the leader', (...met: Parameters<typeof broken>) => failing(notLeaderError(leader.port))(...met)],
    ...Object.entries(callErrors).map(([name, error]) => [name, failing(error)] as const),
    ['breaks the connection', broken],
    ['breaks off', failingAfter(1, callErrors['not ready'])],
    ['says nothing, ever', silence],
  ] as const) {
    it(`are decided when they can be, where reads meet: ${name}`, async () => {
      const accountId = await openAccount();
      await api.deposit(accountId, 'd', '10.00');
      const another = await startCommandApiAt(stub.url, { deadlineMs, readTimeoutMs });
      const before = stub.seen.reads + leader.seen.reads;
      stub.onReads(trouble);
      leader.onReads(trouble);
      expect(await another.withdraw(accountId, 'w', '4.00')).to.include({ status: 201, replayed: false });
      expect(stub.seen.reads + leader.seen.reads).to.be.above(before + 1);
      await another.stop();
      expect(await recorded(store, accountId)).to.deep.equal(['Deposited d', 'Withdrawn w']);
    });
  }

  it('are not decided where nothing can be read for too long, and say so', async () => {
    const accountId = await openAccount();
    stub.onEveryRead(failing(callErrors['not ready']));
    const answer = await hasty.deposit(accountId, 'd', '10.00');
    expect(answer).to.include({ status: 503 });
    expect(answer.retryAfter).to.match(/^[1-9]\d*$/);
    expect(answer.body).to.include({ type: '/problems/service-unavailable' });
    expect(await recorded(store, accountId)).to.deep.equal([]);
    stub.heal();
    expect(await hasty.deposit(accountId, 'd', '10.00')).to.include({ status: 201, replayed: false });
  });
});
