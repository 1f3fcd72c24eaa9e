import { createPool, type Pool } from '@ledger/shared/database/pool';
import { accountStream } from '@ledger/shared/events/streams';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { type AccountHistory, accountHistory } from '../../../../deploy/test/account-history.fixture.ts';
import { migratedDatabase } from '../../../../deploy/test/postgres.fixture.ts';
import { foldTables, readTables } from '../../../../deploy/test/projected-tables.fixture.ts';
import { readCheckpoint } from '../../pipeline/checkpoint.ts';
import { createProjection, type Projection } from '../../pipeline/project-batch.ts';
import { takeIn } from '../../pipeline/taken-in.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const minute = 60_000;

describe('the totals', () => {
  let pool: Pool;
  let projection: Projection;
  let histories: AccountHistory[];
  let position: bigint;
  const projected = new Map<string, number>();

  beforeEach(async () => {
    pool = createPool(await migratedDatabase(), { log: createLog('test', 'silent') });
    histories = [
      accountHistory('alice', opened),
      accountHistory('bob', opened),
      accountHistory('chie', opened, 'JPY', 0),
      accountHistory('dora', opened, 'EUR', 3),
    ];
    position = 0n;
    projected.clear();
    await asNewLeader();
  });
  afterEach(() => pool.end());

  async function asNewLeader(): Promise<void> {
    projection = createProjection(pool, await readCheckpoint(pool));
  }

  /** Projects what the histories have and the projection does not. */
  async function project(): Promise<void> {
    const events = histories.flatMap(({ accountId, events: all }) => {
      const from = projected.get(accountId) ?? 0;
      projected.set(accountId, all.length);
      return all.slice(from).map((event, index) => {
        const created = new Date(opened);
        return takeIn({
          ...event,
          stream: accountStream(accountId),
          revision: from + index,
          position: ++position,
          created,
        });
      });
    });
    expect((await projection.project(events)).stopped).to.equal(undefined);
  }

  const expectExact = async () => {
    const expected = foldTables(histories.map(({ events }) => events));
    expect((await readTables(pool)).totals).to.deep.equal(expected.totals);
  };

  it('are those of a plain sum by currency and date, in order or not, also for one who takes over', async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    let clock = opened;
    for (let batch = 0; batch < 12; batch++) {
      for (let n = 0; n < 250; n++) {
        clock += minute;
        const history = histories[random(histories.length)];
        const isBackdated = batch % 3 === 0 || random(10) === 0;
        history?.transact(BigInt(random(900) - 300 || 1), isBackdated ? opened - random(5_000) * minute : clock, clock);
      }
      await project();
      if (batch % 4 === 3) await asNewLeader();
    }
    await expectExact();
  });

  it('cost a few nodes for a backdated line, however many there are', async () => {
    const [alice] = histories;
    for (let n = 1; n <= 5_000; n++) alice?.transact(1n, opened + n * minute, opened + n * minute);
    await project();
    const all = await pool.query<{ count: number }>('SELECT count(*)::integer AS count FROM totals_nodes');
    expect(all.rows[0]?.count).to.be.greaterThan(75);
    for (const at of [3, 2_300, 4_999, 5_001]) {
      alice?.transact(1n, opened + at * minute + 1, opened + 30_000 * minute);
      await asNewLeader();
      await project();
      const { rows } = await pool.query<{ count: number }>(
        `SELECT count(*)::integer AS count FROM totals_nodes
          WHERE xmin::text = (SELECT xmin::text FROM projection_checkpoint)`,
      );
      expect(rows[0]?.count).to.be.within(1, 4);
    }
    await expectExact();
  });
});
