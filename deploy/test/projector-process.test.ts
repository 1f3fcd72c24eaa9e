import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { expect } from 'chai';
import { type EventStoreNode, startEventStore } from '../embedded/event-store/node.ts';
import { accountHistory, appendHistory } from './account-history.fixture.ts';
import { runKillSeries } from './long/projector-kills/kill-series.ts';
import { type ProjectorProcess, startProjectorProcess } from './long/projector-kills/projector-process.ts';
import { testDatabase } from './postgres.fixture.ts';
import { until } from './until.fixture.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');

describe('the projector, as a process that is killed', () => {
  let node: EventStoreNode;
  let store: EventStore;

  beforeEach(async () => {
    node = await startEventStore({ memory: true, port: 0 });
    store = connectEventStore(node.url);
  });
  afterEach(async () => {
    await store.dispose();
    await node.stop();
  });

  it('before the BEGIN, between the writes and after the COMMIT, never skips, doubles or reorders', async () => {
    const isMilestone = (name: string) => name === 'Q COPY' || name === 'Q COMMIT';
    const databaseUrl = await testDatabase();
    const kills = await runKillSeries({
      databaseUrl,
      eventStoreUrl: node.url,
      store,
      batches: [0],
      after: isMilestone,
      step: 2,
    });
    expect(kills).to.be.greaterThan(2);
  });

  it('is followed in less than 5 s by the one that stands by', async () => {
    const databaseUrl = await testDatabase();
    const start = () => startProjectorProcess({ databaseUrl, eventStoreUrl: node.url, batchEvents: 100 });
    const phase = (running: ProjectorProcess, name: string) =>
      until(`a projector is ${name}`, async () =>
        (await running.get('/metrics')).text.includes(`projector_phase{phase="${name}",service="projector"} 1`),
      );
    const history = accountHistory('alice', opened);
    const first = start();
    await phase(first, 'leading');
    const second = start();
    await phase(second, 'standing by');
    expect((await second.get('/readyz')).status).to.equal(200);
    const killedAt = performance.now();
    first.process.kill('SIGKILL');
    await appendHistory(store, history);
    await until('the other one has projected', async () =>
      (await second.get('/metrics')).text.includes('projector_events_total{service="projector"} 1'),
    );
    expect(performance.now() - killedAt).to.be.lessThan(5_000);
    second.process.kill('SIGTERM');
    await second.ended;
  });
});
