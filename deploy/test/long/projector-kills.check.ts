import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { expect } from 'chai';
import { type EventStoreNode, startEventStore } from '../../embedded/event-store/node.ts';
import { testDatabase } from '../postgres.fixture.ts';
import { runKillSeries } from './projector-kills/kill-series.ts';

describe('a projector that is killed after every message to PostgreSQL', () => {
  let node: EventStoreNode;
  let store: EventStore;
  before(async () => {
    node = await startEventStore({ memory: true, port: 0 });
    store = connectEventStore(node.url);
  });
  after(async () => {
    await store.dispose();
    await node.stop();
  });

  it('never skips, doubles or reorders: in its first batch, and in one that it begins with accounts in memory', async () => {
    const databaseUrl = await testDatabase();
    const kills = await runKillSeries({ databaseUrl, eventStoreUrl: node.url, store, batches: [0, 1] });
    expect(kills).to.be.greaterThan(60);
  });
});
