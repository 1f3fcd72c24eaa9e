import { createPool, type Pool } from '@ledger/shared/database/pool';
import { createLog } from '@ledger/shared/log';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { type AccountHistory, accountHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type MemoryEventStore, memoryEventStore } from '../../../deploy/test/memory-event-store.fixture.ts';
import { migratedDatabase } from '../../../deploy/test/postgres.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import { projectionMetrics } from './projection-metrics.ts';
import { type Projector, startProjector } from './projector.ts';

export const day = 86_400_000;
export const opened = Date.parse('2026-01-01T00:00:00Z');

const log = createLog('test', 'silent');

/** Projectors on a database and a store in memory that are each test's own. */
export class ProjectorUnderTest {
  databaseUrl = '';
  pool!: Pool;
  store!: MemoryEventStore;
  registry!: Registry;
  readonly #running: Projector[] = [];

  async prepare(): Promise<void> {
    this.databaseUrl = await migratedDatabase();
    this.pool = createPool(this.databaseUrl, { log });
    this.store = memoryEventStore();
  }

  async cleanUp(): Promise<void> {
    for (const projector of this.#running.splice(0)) await projector.stop();
    await this.pool.end();
  }

  start({ batchEvents = 100, databaseUrl = this.databaseUrl } = {}): Projector {
    this.registry = new Registry();
    const metrics = projectionMetrics(this.registry);
    const projector = startProjector({ databaseUrl, store: this.store, log, metrics, batchEvents, batchWaitMs: 0 });
    this.#running.push(projector);
    return projector;
  }

  async stop(projector: Projector): Promise<void> {
    this.#running.splice(this.#running.indexOf(projector), 1);
    await projector.stop();
  }

  async revisionOf(accountId: string): Promise<bigint | undefined> {
    const { rows } = await this.pool.query('SELECT revision FROM accounts WHERE account_id = $1', [accountId]);
    return rows[0]?.revision;
  }

  projected(history: AccountHistory, revision = history.revision): Promise<boolean> {
    return until(`revision ${revision} of ${history.accountId}`, async () => {
      const found = await this.revisionOf(history.accountId).catch(() => undefined);
      return found === BigInt(revision);
    });
  }

  /** Waits for the stop. @returns why */
  stopped(projector: Projector): Promise<string> {
    return until('the projector stops', () => {
      const status = projector.status();
      return status.phase === 'stopped' ? status.why : undefined;
    });
  }

  async expectProjected(history: AccountHistory): Promise<void> {
    const { accountId } = history;
    const account = await this.pool.query('SELECT * FROM accounts WHERE account_id = $1', [accountId]);
    expect(account.rows[0]).to.deep.include({
      name: `Name of ${accountId}`,
      currency: 'EUR',
      decimals: 2,
      metadata: { k: 'v' },
      balance: history.balance,
      opened_at: opened,
      revision: BigInt(history.revision),
    });
    const lines = await this.pool.query(
      `SELECT transaction_id AS "transactionId", effective_at AS "effectiveAt", recorded_at AS "recordedAt", delta,
              revision::int FROM transactions WHERE account_id = $1 AND delta <> 0 ORDER BY revision`,
      [accountId],
    );
    expect(lines.rows).to.deep.equal(history.lines);
    const { rows } = await this.pool.query('SELECT count(*) FROM transactions WHERE account_id = $1', [accountId]);
    const transactions = history.events.filter(({ type }) => /Deposited|Withdr/.test(type)).length;
    expect(rows[0].count).to.equal(BigInt(transactions));
  }
}

/** Ten deposits and withdrawals, among them a backdated one and a refused one. */
export function someHistory(accountId: string): AccountHistory {
  const history = accountHistory(accountId, opened);
  for (let n = 1; n <= 8; n++) history.transact(n % 3 === 0 ? -50n : 100n, opened + n * day, opened + n * day + 1);
  history.transact(7n, opened + 2 * day, opened + 9 * day);
  history.transact(-(10n ** 25n), opened + 9 * day, opened + 9 * day + 5);
  return history;
}
