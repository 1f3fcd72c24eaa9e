import { randomUUID } from 'node:crypto';
import type { JsonEvent } from '@ledger/shared/event-store/event-store';
import { accountStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { type AccountHistory, accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { memoryEventStore } from '../../../deploy/test/memory-event-store.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import { day, opened, ProjectorUnderTest, someHistory } from './projector-under-test.fixture.ts';
import { missingOf } from './status.ts';

function eventOf({ events }: AccountHistory, revision: number): JsonEvent {
  return events[revision] ?? expect.fail(`there is no event ${revision}`);
}

describe('the projector stops, says why, and stays up', () => {
  const test = new ProjectorUnderTest();
  beforeEach(() => test.prepare());
  afterEach(() => test.cleanUp());

  async function expectStop(...words: string[]): Promise<void> {
    const projector = test.start();
    const why = await test.stopped(projector);
    for (const word of words) expect(why).to.include(word);
    expect(missingOf(projector.status())[0]).to.include(words[0]);
    const { rows } = await test.pool.query('SELECT stopped FROM projection_checkpoint');
    expect(rows).to.deep.equal([{ stopped: why }]);
  }

  it('at an unknown type that changes the balance, after projecting what comes before', async () => {
    const history = someHistory('alice');
    history.unknown(opened + 20 * day, { balance: history.balance + 1n });
    await appendHistory(test.store, history);
    await expectStop('event 11 of account-alice', 'AccountPainted', 'not known');
    expect(await test.revisionOf('alice')).to.equal(10n);
  });

  it('at an unknown type that changes the latest date', async () => {
    const history = someHistory('alice');
    history.unknown(opened + 20 * day, { latestEffectiveAt: opened + 19 * day });
    await appendHistory(test.store, history);
    await expectStop('event 11 of account-alice');
  });

  it('at a gap in the revisions', async () => {
    const history = someHistory('alice');
    const events = [eventOf(history, 0), eventOf(history, 2)];
    await test.store.append(accountStream('alice'), events, 'any', 0);
    await expectStop('event 1 of account-alice', 'does not follow');
  });

  it('at an event that was recorded before the one that it follows', async () => {
    const history = someHistory('alice');
    history.transact(1n, opened, opened + 9 * day + 5);
    history.transact(1n, opened, opened + 9 * day + 4);
    await appendHistory(test.store, history);
    await expectStop('event 12 of account-alice', '2026-01-10T00:00:00.005Z');
    expect(await test.revisionOf('alice')).to.equal(11n);
  });

  it('at a stream that does not begin with an opening', async () => {
    await test.store.append(accountStream('alice'), [eventOf(someHistory('alice'), 1)], 'any', 0);
    await expectStop('event 0 of account-alice', 'not been opened');
  });

  it('at an event that it can’t read', async () => {
    const history = someHistory('alice');
    await appendHistory(test.store, history);
    const event = { ...eventOf(history, 1), id: randomUUID(), data: { amount: 12 } };
    await test.store.append(accountStream('alice'), [event], 'any', 0);
    await expectStop('event 11 of account-alice', event.id, 'amount');
    expect(await test.revisionOf('alice')).to.equal(10n);
  });

  it('at an event whose stream has a name that PostgreSQL can’t store', async () => {
    await test.store.append(accountStream('a\0b'), [eventOf(accountHistory('a\0b', opened), 0)], 'any', 0);
    await expectStop('event 0 of account-a\uFFFDb', 'PostgreSQL refuses it');
  });

  it('at an event of another account in the stream', async () => {
    await test.store.append(accountStream('alice'), [eventOf(accountHistory('bob', opened), 0)], 'any', 0);
    await expectStop('event 0 of account-alice', 'account bob');
  });

  it('at an event that PostgreSQL refuses, after projecting what comes before', async () => {
    const history = accountHistory('alice', opened);
    for (let n = 1; n <= 9; n++) history.transact(1n, opened, opened, n === 6 ? 't-3' : undefined);
    await appendHistory(test.store, history);
    await expectStop('event 6 of account-alice', 'already exists');
    expect(await test.revisionOf('alice')).to.equal(5n);
    expect((await test.pool.query('SELECT count(*) FROM transactions')).rows[0].count).to.equal(5n);
  });

  it('at a store that this database was not filled from', async () => {
    await appendHistory(test.store, someHistory('alice'));
    const first = test.start();
    await test.projected(someHistory('alice'));
    await test.stop(first);
    test.store = memoryEventStore();
    await appendHistory(test.store, someHistory('alice'));
    await expectStop('not the store that this database was filled from');
  });

  it('at a database that a newer version has migrated', async () => {
    const first = test.start();
    await until('it leads', () => first.status().phase === 'leading');
    await test.stop(first);
    await test.pool.query(`INSERT INTO schema_migrations (number, name) VALUES (9999, '9999-future.sql')`);
    const projector = test.start();
    expect(await test.stopped(projector)).to.include('9999-future.sql');
  });
});
