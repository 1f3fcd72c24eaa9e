import type { Pool } from '@ledger/shared/database/pool';
import type { TreeNode } from '@ledger/shared/dated-tree/dated-tree';
import { unpackNode } from '@ledger/shared/dated-tree/packed-node';
import type { JsonEvent } from '@ledger/shared/event-store/event-store';
import { metadataEntry } from '@ledger/shared/metadata-entry';
import { expect } from 'chai';
import { z } from 'zod';

/**
 * What the read models should hold, folded naively from the events as they are stored, beside what they do hold. Rows are
 * objects of plain values, in the order of their keys.
 */
export interface Tables {
  readonly accounts: readonly object[];
  readonly transactions: readonly object[];
  readonly metadata: readonly string[];
  /** By currency and decimals: the date and sum of each line. */
  readonly totals: Readonly<Record<string, readonly (readonly [number, bigint])[]>>;
}

const data = z.looseObject({
  accountId: z.string(),
  name: z.string().optional(),
  transactionId: z.string().optional(),
  amount: z.string().optional(),
  effectiveAt: z.string().optional(),
  description: z.string().optional(),
  metadata: z.record(z.string(), z.string()),
  reason: z.string().optional(),
  shortfall: z.string().optional(),
  firstNegativeAt: z.string().nullish(),
});
const context = z.looseObject({
  recordedAt: z.string(),
  account: z.object({
    balance: z.string(),
    latestEffectiveAt: z.string().nullable(),
    currency: z.string(),
    decimals: z.number(),
  }),
});

const minor = (amount: string | undefined) => BigInt((amount ?? '0').replace('.', ''));
const instant = (text: string | null | undefined) => (text ? Date.parse(text) : null);
const byKey = <Value>(entries: Iterable<readonly [string, Value]>): Value[] =>
  [...entries].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))).map(([, value]) => value);

/** @param streams the events of each account, from its opening on */
export function foldTables(streams: Iterable<readonly JsonEvent[]>): Tables {
  const accounts = new Map<string, object>();
  const transactions = new Map<string, object>();
  const metadata: string[] = [];
  const totals = new Map<string, Map<number, bigint>>();
  for (const events of streams) {
    let newestLineRecordedAt: number | null = null;
    const [opening] = events;
    if (!opening) continue;
    const { accountId, name, metadata: of } = data.parse(opening.data);
    const openedAt = Date.parse(context.parse(opening.metadata).recordedAt);
    for (const [key, value] of Object.entries(of))
      metadata.push(`${metadataEntry(key, value).toString('hex')} ${accountId}`);
    for (const [revision, event] of events.entries()) {
      const recorded = context.parse(event.metadata);
      const recordedAt = Date.parse(recorded.recordedAt);
      const { currency, decimals } = recorded.account;
      const balance = minor(recorded.account.balance);
      const outcome = data.parse(event.data);
      const isLine = event.type === 'Deposited' || event.type === 'Withdrawn';
      const isRefused = event.type === 'WithdrawalRefused';
      const delta = isLine ? minor(outcome.amount) * (event.type === 'Deposited' ? 1n : -1n) : 0n;
      const effectiveAt = instant(outcome.effectiveAt) ?? 0;
      if (isLine || isRefused) {
        transactions.set(`${accountId} ${String(revision).padStart(9, '0')}`, {
          transactionId: outcome.transactionId,
          accountId,
          type: event.type === 'Deposited' ? 'deposit' : 'withdrawal',
          outcome: isRefused ? 'refused' : 'accepted',
          amount: String(minor(outcome.amount)),
          delta,
          effectiveAt,
          recordedAt,
          description: outcome.description,
          metadata: outcome.metadata,
          balance,
          reason: outcome.reason ?? null,
          shortfall: outcome.shortfall === undefined ? null : String(minor(outcome.shortfall)),
          firstNegativeAt: instant(outcome.firstNegativeAt),
          revision: BigInt(revision),
        });
      }
      if (isLine) {
        newestLineRecordedAt = recordedAt;
        const unit = `${currency} ${decimals}`;
        const sums = totals.get(unit) ?? new Map<number, bigint>();
        totals.set(unit, sums.set(effectiveAt, (sums.get(effectiveAt) ?? 0n) + delta));
      }
      accounts.set(accountId, {
        accountId,
        name,
        currency,
        decimals,
        metadata: of,
        balance,
        latestEffectiveAt: instant(recorded.account.latestEffectiveAt),
        openedAt,
        recordedAt,
        newestLineRecordedAt,
        revision: BigInt(revision),
      });
    }
  }
  const lines = byKey([...totals].map(([unit, sums]) => [unit, [unit, [...sums].sort(([a], [b]) => a - b)] as const]));
  return {
    accounts: byKey(accounts),
    transactions: byKey(transactions),
    metadata: metadata.sort(),
    totals: Object.fromEntries(lines),
  };
}

export async function readTables(pool: Pool): Promise<Tables> {
  const accounts = await pool.query<object>(
    `SELECT account_id AS "accountId", name, currency, decimals, metadata, balance,
            latest_effective_at AS "latestEffectiveAt", opened_at AS "openedAt", recorded_at AS "recordedAt",
            newest_line_recorded_at AS "newestLineRecordedAt", revision FROM accounts ORDER BY account_id`,
  );
  const transactions = await pool.query<object>(
    `SELECT transaction_id AS "transactionId", account_id AS "accountId", type, outcome, amount, delta,
            effective_at AS "effectiveAt", recorded_at AS "recordedAt", description, metadata, balance, reason,
            shortfall, first_negative_at AS "firstNegativeAt", revision FROM transactions ORDER BY account_id, revision`,
  );
  const metadata = await pool.query<{ entry: Buffer; accountId: string }>(
    'SELECT entry, account_id AS "accountId" FROM account_metadata',
  );
  return {
    accounts: accounts.rows,
    transactions: transactions.rows,
    metadata: metadata.rows.map(({ entry, accountId }) => `${entry.toString('hex')} ${accountId}`).sort(),
    totals: await readTotals(pool),
  };
}

/** Walks the trees of the totals, and expects that no node is left over. */
async function readTotals(pool: Pool): Promise<Tables['totals']> {
  const stored = await pool.query<{ id: bigint; content: Buffer }>('SELECT node_id AS id, content FROM totals_nodes');
  const nodes = new Map(stored.rows.map(({ id, content }) => [Number(id), unpackNode(content)]));
  const linesBelow = (node: TreeNode): (readonly [number, bigint])[] =>
    node.kind === 'leaf'
      ? node.lines.map(({ effectiveAt, delta }) => [effectiveAt, delta])
      : node.children.flatMap(({ nodeId, sum }) => {
          const child = nodes.get(nodeId) ?? expect.fail(`there is no node ${nodeId}`);
          nodes.delete(nodeId);
          const lines = linesBelow(child);
          expect(lines.reduce((total, [, delta]) => total + delta, 0n)).to.equal(sum);
          return lines;
        });
  const { rows } = await pool.query<{ currency: string; decimals: number; root: Buffer }>(
    'SELECT currency, decimals, root FROM totals ORDER BY currency COLLATE "C", decimals',
  );
  const totals = rows.map(({ currency, decimals, root }) => [`${currency} ${decimals}`, linesBelow(unpackNode(root))]);
  expect([...nodes.keys()], 'nodes that no tree has').to.deep.equal([]);
  return Object.fromEntries(totals);
}
