import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { variables } from '@ledger/shared/variables';
import { expect } from 'chai';
import { startEventStore } from '../../deploy/embedded/event-store/node.ts';
import { startTcpProxy } from '../../deploy/test/tcp-proxy.fixture.ts';
import { recorded, startCommandApiAt } from './store-in-trouble.fixture.ts';

/** As the process has them. */
const deadlineMs = variables.COMMAND_DEADLINE_MS.parse(undefined);
const readTimeoutMs = 3_000;

describe('commands while the event store is away', () => {
  it('are recorded once and answered as ever where it is started again meanwhile', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'store-away-'));
    let node = await startEventStore({ dataDir, port: 0 });
    const { port, url } = node;
    const api = await startCommandApiAt(url, { deadlineMs, readTimeoutMs });
    const accounts = ['a', 'b', 'c', 'd', 'e'];
    for (const account of accounts) expect((await api.open(account)).status).to.equal(201);

    const commands = Array.from({ length: 50 }, (_, n) => ({ account: accounts[n % 5] ?? '', id: `t${n}` }));
    const answers: Awaited<ReturnType<typeof api.deposit>>[] = [];
    let restarting: Promise<void> | undefined;
    async function restart(): Promise<void> {
      await node.stop();
      node = await startEventStore({ dataDir, port });
    }
    const waiting = commands.values();
    async function client(): Promise<void> {
      for (const { account, id } of waiting) {
        answers.push(await api.deposit(account, id, '1.00'));
        if (answers.length === 10) restarting = restart();
      }
    }
    await Promise.all(Array.from({ length: 10 }, client));
    await restarting;

    expect(answers.map(({ status, replayed }) => `${status} ${replayed}`)).to.deep.equal(
      Array.from(commands, () => '201 false'),
    );
    const store = connectEventStore(url);
    for (const account of accounts) {
      const sent = commands.filter((command) => command.account === account).map(({ id }) => `Deposited ${id}`);
      const stream = await recorded(store, account);
      expect(stream).to.have.members(sent).and.have.length(10);
      const told = answers.filter(({ body }) => body['accountId'] === account);
      for (const { body } of told) {
        expect(stream[Number(body['revision']) - 1]).to.equal(`Deposited ${body['transactionId']}`);
        expect(body['balance']).to.equal(`${body['revision']}.00`);
      }
    }
    await store.dispose();
    await api.stop();
    await node.stop();
    await rm(dataDir, { recursive: true });
  });

  it('are recorded once and answered within their time where the connection to it is half-open', async () => {
    const node = await startEventStore({ memory: true, port: 0 });
    const proxy = await startTcpProxy(node.port);
    const url = `esdb://127.0.0.1:${proxy.port}?tls=false`;
    const api = await startCommandApiAt(url, { deadlineMs, readTimeoutMs });
    const other = await startCommandApiAt(url, { deadlineMs, readTimeoutMs });
    await api.open('known');
    await other.open('unknown');

    proxy.abandon();
    // One that is appended at once, and one whose account is read first.
    const answers = await Promise.all([api.deposit('known', 'd', '1.00'), api.deposit('unknown', 'd', '1.00')]);
    for (const answer of answers) expect(answer).to.include({ status: 201, replayed: false });

    const store = connectEventStore(node.url);
    expect(await recorded(store, 'known')).to.deep.equal(['Deposited d']);
    expect(await recorded(store, 'unknown')).to.deep.equal(['Deposited d']);
    await store.dispose();
    await api.stop();
    await other.stop();
    await proxy.stop();
    await node.stop();
  });
});
