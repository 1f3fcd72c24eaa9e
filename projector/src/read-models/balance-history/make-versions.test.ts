import { createPool, type Pool } from '@ledger/shared/database/pool';
import type { DatedLine } from '@ledger/shared/dated-tree/dated-tree';
import { unpackNode } from '@ledger/shared/dated-tree/packed-node';
import { storedNodes } from '@ledger/shared/dated-tree/stored-nodes';
import { walkLines } from '@ledger/shared/dated-tree/walk-lines';
import { createLog } from '@ledger/shared/log';
import { earliestInstant, type Instant } from '@ledger/shared/time';
import { expect } from 'chai';
import { type AccountHistory, accountHistory, appendHistory } from '../../../../deploy/test/account-history.fixture.ts';
import { failure } from '../../../../deploy/test/failure.fixture.ts';
import { type ReadModel, startReadModel } from '../../../../deploy/test/read-model.fixture.ts';
import { until } from '../../../../deploy/test/until.fixture.ts';
import { createNodeIds } from '../node-ids.ts';
import { makeVersions, type VersionSizes } from './make-versions.ts';
import { createVersionMaker } from './version-maker.ts';

const log = createLog('test', 'silent');
const opened = Date.parse('2026-01-01T00:00:00Z');
const sizes: VersionSizes = { versionRevisions: 4, leafLines: 3, innerChildren: 2 };

describe('versions of a dated history', () => {
  let model: ReadModel;

  beforeEach(async () => {
    model = await startReadModel();
  });
  afterEach(() => model.stop());

  /** Lines of all dates; among them refusals, and runs of events that nobody knows. */
  function mixedHistory(accountId: string, events: number): AccountHistory {
    const history = accountHistory(accountId, opened);
    for (let n = 1; n < events; n++) {
      if (n % 7 === 0 || (n > 40 && n < 50)) history.unknown(opened + n);
      else if (n % 5 === 0) history.transact(-(10n ** 6n), opened + n, opened + n);
      else history.transact(BigInt(n), opened + ((n * 37) % n), opened + n);
    }
    return history;
  }

  interface Version {
    readonly revision: bigint;
    readonly recorded_at: Instant;
    readonly root: Buffer;
  }

  async function versionsOf(accountId: string): Promise<readonly Version[]> {
    const { rows } = await model.pool.query<Version>(
      'SELECT * FROM balance_history_versions WHERE account_id = $1 ORDER BY recorded_at, revision',
      [accountId],
    );
    return rows;
  }

  async function linesOf({ root }: Version): Promise<readonly DatedLine[]> {
    const lines: DatedLine[] = [];
    const start = { effectiveAt: earliestInstant, revision: 0 };
    const nodes = storedNodes(model.pool, 'balance_history_nodes');
    for await (const part of walkLines(unpackNode(root), nodes, { order: 'asc', start, nodesAtOnce: 4 })) {
      lines.push(...part);
    }
    return lines;
  }

  /** One for each group of four revisions that has an outcome and is complete, with all lines up to it. */
  async function expectVersions(history: AccountHistory): Promise<void> {
    const outcomes = history.events.flatMap(({ type }, revision) => (/Deposited|Withdr/.test(type) ? [revision] : []));
    const last = Math.floor(history.events.length / 4) * 4;
    const expected = outcomes.filter(
      (revision, index) =>
        revision < last && Math.floor((outcomes[index + 1] ?? last) / 4) !== Math.floor(revision / 4),
    );
    const versions = await versionsOf(history.accountId);
    expect(versions.map(({ revision }) => Number(revision))).to.deep.equal(expected);
    for (const version of versions) {
      const lines = history.lines.filter(({ revision }) => revision <= version.revision);
      const plain = lines
        .map(({ effectiveAt, revision, recordedAt, delta }) => ({ effectiveAt, revision, recordedAt, delta }))
        .sort((a, b) => a.effectiveAt - b.effectiveAt || a.revision - b.revision);
      expect(await linesOf(version)).to.deep.equal(plain);
    }
  }

  async function projected(history: AccountHistory): Promise<AccountHistory> {
    await appendHistory(model.store, history);
    await model.project();
    return history;
  }

  it('have all lines up to each, made at once or as the account grows, and are the same', async () => {
    const history = mixedHistory('alice', 190);
    await projected(history);
    await model.makeVersions('alice', sizes);
    await expectVersions(history);

    const slow = mixedHistory('bob', 190);
    const before = model.store.events.length;
    await appendHistory(model.store, slow);
    for (let upTo = 3; upTo <= slow.events.length; upTo += 11) {
      await model.project(before + upTo);
      await model.makeVersions('bob', sizes);
    }
    await model.project();
    await model.makeVersions('bob', sizes);
    await expectVersions(slow);
  });

  it('are made by one of two that make them at the same time; the other leaves nothing behind', async () => {
    const history = await projected(mixedHistory('alice', 120));
    const both = [createNodeIds(), createNodeIds()];
    for (let isMore = true; isMore; ) {
      const results = await Promise.allSettled(both.map((ids) => makeVersions(model.pool, ids, 'alice', sizes)));
      const ended = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).to.include({ code: '23505' });
      }
      isMore = !ended.includes(false);
    }
    await expectVersions(history);
    const { rows } = await model.pool.query('SELECT count(*) FROM balance_history_nodes');
    const reachable = new Set<number>();
    for (const { root } of await versionsOf('alice')) {
      const visit = async (bytes: Buffer): Promise<void> => {
        const node = unpackNode(bytes);
        if (node.kind === 'leaf') return;
        for (const { nodeId } of node.children) {
          reachable.add(nodeId);
          const found = await model.pool.query('SELECT content FROM balance_history_nodes WHERE node_id = $1', [
            nodeId,
          ]);
          await visit(found.rows[0].content);
        }
      };
      await visit(root);
    }
    expect(reachable.size).to.equal(Number(rows[0].count));
  });

  it('are not made in part, where PostgreSQL fails in the middle', async () => {
    const history = await projected(mixedHistory('alice', 60));
    await model.pool.query('ALTER TABLE balance_history_nodes ADD CHECK (node_id < 5)');
    await failure(makeVersions(model.pool, createNodeIds(), 'alice', sizes));
    expect(await versionsOf('alice')).to.deep.equal([]);
    await model.pool.query('ALTER TABLE balance_history_nodes DROP CONSTRAINT balance_history_nodes_node_id_check');
    await model.makeVersions('alice', sizes);
    await expectVersions(history);
  });

  describe('made behind the projection', () => {
    const ending: AbortController[] = [];
    let pool: Pool;

    function run() {
      const maker = createVersionMaker({ pool, log, sizes });
      const ended = new AbortController();
      ending.push(ended);
      return { maker, running: maker.run(ended.signal), ended };
    }
    const made = (history: AccountHistory, count: number) =>
      until(`${count} versions`, async () => (await versionsOf(history.accountId)).length === count);

    beforeEach(() => {
      pool = createPool(model.databaseUrl, { log });
    });
    afterEach(async () => {
      for (const ended of ending.splice(0)) ended.abort();
      await pool.end();
    });

    it('begin with those that are missing from before, and go on with what is projected', async () => {
      const history = await projected(mixedHistory('alice', 20));
      await projected(mixedHistory('short', 3));
      const { maker } = run();
      await made(history, 5);
      for (let n = 20; n < 32; n++) history.transact(1n, opened + n, opened + n);
      await projected(history);
      maker.projected('alice', 19, 31);
      await made(history, 8);
      await expectVersions(history);
      expect(maker.waiting).to.equal(0);
    });

    it('go on after connections that PostgreSQL ends, and past an account that is damaged', async () => {
      const damaged = await projected(mixedHistory('damaged', 40));
      await model.makeVersions('damaged', sizes);
      await model.pool.query('UPDATE balance_history_nodes SET content = $1', [Buffer.of(9)]);
      for (let n = 40; n < 60; n++) damaged.transact(1n, opened, opened + n);
      await projected(damaged);
      const history = await projected(mixedHistory('healthy', 20));
      const { maker } = run();
      await made(history, 5);
      for (let n = 20; n < 24; n++) history.transact(1n, opened + n, opened + n);
      await projected(history);
      await model.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      maker.projected('healthy', 19, 23);
      await made(history, 6);
    });

    it('end when they are told to', async () => {
      const { running, ended } = run();
      ended.abort();
      await running;
    });
  });
});
