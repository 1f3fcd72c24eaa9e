import { createPool, type Pool } from '@ledger/shared/database/pool';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { memoryEventStore } from '../../../deploy/test/memory-event-store.fixture.ts';
import { migratedDatabase } from '../../../deploy/test/postgres.fixture.ts';
import { CheckpointMovedError, readCheckpoint } from './checkpoint.ts';
import { createProjection } from './project-batch.ts';
import { type TakenIn, takeIn } from './taken-in.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');

describe('a batch', () => {
  let pool: Pool;
  let events: TakenIn[];

  before(async () => {
    const store = memoryEventStore();
    const history = accountHistory('alice', opened);
    for (let n = 1; n < 10; n++) history.transact(100n, opened + n, opened + n);
    await appendHistory(store, history);
    events = store.events.map(takeIn);
  });
  beforeEach(async () => {
    pool = createPool(await migratedDatabase(), { log: createLog('test', 'silent') });
  });
  afterEach(() => pool.end());

  const tables = async () => {
    const { rows } = await pool.query(
      `SELECT (SELECT count(*) FROM accounts) AS accounts, (SELECT count(*) FROM transactions) AS transactions,
              (SELECT count(*) FROM totals) AS totals`,
    );
    return rows[0];
  };

  it('is written with its checkpoint, or not at all', async () => {
    const start = await readCheckpoint(pool);
    await pool.query('ALTER TABLE totals RENAME TO elsewhere');
    expect(await failure(createProjection(pool, start).project(events))).to.have.property('code', '42P01');
    await pool.query('ALTER TABLE elsewhere RENAME TO totals');
    expect(await tables()).to.deep.equal({ accounts: 0n, transactions: 0n, totals: 0n });
    expect(await readCheckpoint(pool)).to.deep.equal(start);
    const projection = createProjection(pool, start);
    await projection.project(events);
    expect(await tables()).to.deep.equal({ accounts: 1n, transactions: 9n, totals: 1n });
    expect(await readCheckpoint(pool)).to.deep.equal(projection.checkpoint);
  });

  it('of a projector that no longer leads is not written', async () => {
    const start = await readCheckpoint(pool);
    const projection = createProjection(pool, start);
    await projection.project(events.slice(0, 4));
    for (const late of [events, events.slice(0, 4), events.slice(4)]) {
      expect(await failure(createProjection(pool, start).project(late))).to.be.instanceOf(CheckpointMovedError);
    }
    expect(await tables()).to.deep.equal({ accounts: 1n, transactions: 3n, totals: 1n });
    await projection.project(events.slice(4));
    expect(await tables()).to.deep.equal({ accounts: 1n, transactions: 9n, totals: 1n });
  });

  it('of a projector that no longer leads, and needs to read nothing, is not written', async () => {
    const former = createProjection(pool, await readCheckpoint(pool));
    await former.project(events.slice(0, 4));
    await createProjection(pool, former.checkpoint).project(events.slice(4, 6));
    const before = await tables();
    for (const late of [events.slice(4, 6), events.slice(4)]) {
      expect(await failure(former.project(late))).to.be.instanceOf(CheckpointMovedError);
    }
    expect(await tables()).to.deep.equal(before);
  });

  it('of two projectors at once is written by one', async () => {
    const start = await readCheckpoint(pool);
    const both = await Promise.allSettled([1, 2].map(() => createProjection(pool, start).project(events)));
    expect(both.map(({ status }) => status).sort()).to.deep.equal(['fulfilled', 'rejected']);
    expect(await tables()).to.deep.equal({ accounts: 1n, transactions: 9n, totals: 1n });
  });

  it('of another generation is not written', async () => {
    const start = await readCheckpoint(pool);
    await pool.query('UPDATE projection_checkpoint SET generation = generation + 1');
    expect(await failure(createProjection(pool, start).project(events))).to.be.instanceOf(CheckpointMovedError);
  });
});
