import type { Connection, Pool } from '@ledger/shared/database/pool';
import { withTransaction } from '@ledger/shared/database/transaction';
import { type DatedLine, isBefore, type Nodes, type TreeNode } from '@ledger/shared/dated-tree/dated-tree';
import { emptyTree, mergeLines, type TreeShape, treeShape } from '@ledger/shared/dated-tree/merge-lines';
import { packNode, unpackNode } from '@ledger/shared/dated-tree/packed-node';
import { storedNodes, writeNodes } from '@ledger/shared/dated-tree/stored-nodes';
import { formatInstant, type Instant } from '@ledger/shared/time';
import type { NodeIds } from '../node-ids.ts';

export interface VersionSizes extends TreeShape {
  /** A version is made after every so many revisions of an account. */
  readonly versionRevisions: number;
}

export const versionSizes: VersionSizes = { ...treeShape, versionRevisions: 256 };

/**
 * The rows after a version are a piece of an index. Unlike the projection's own, this transaction waits for the disk: whoever
 * has read a root goes on to its nodes later, and finds the same ones also where PostgreSQL crashes meanwhile.
 */
const settings = `
  SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
  SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off`;

/** A line changes a leaf and what is above it, and may split each of them. No tree has more than this. */
const idsOfLine = 32;

/** So many are made in one transaction at most. */
const versionsAtOnce = 8;

/** The last revision of the newest version that an account at `revision` can have; -1 where it can have none. */
export function newestBoundary(revision: number, { versionRevisions }: VersionSizes): number {
  return Math.floor((revision + 1) / versionRevisions) * versionRevisions - 1;
}

/**
 * Makes the versions of an account's dated history that are missing, the oldest first, some of them at once, in one
 * transaction. What they hold follows from the account's rows alone: it does not matter who makes them.
 * @returns whether more may be missing
 * @throws what pg throws, unique_violation where another process makes the same ones; then none is made
 */
export async function makeVersions(
  pool: Pool,
  ids: NodeIds,
  accountId: string,
  sizes: VersionSizes = versionSizes,
): Promise<boolean> {
  return withTransaction(pool, async (tx) => {
    await tx.query(settings);
    const newest = await readNewest(tx, accountId);
    const limit = versionsAtOnce * sizes.versionRevisions;
    const rows = await readRows(tx, accountId, newest, newestBoundary(newest.accountRevision, sizes), limit);
    const mayBeMore = rows.length === limit;
    const groups = [...groupByBoundary(rows, sizes)];
    // Its other rows have not been read.
    if (mayBeMore && rows.at(-1)?.revision !== groups.at(-1)?.boundary) groups.pop();
    await addVersions(tx, ids, accountId, newest.root, groups, sizes);
    return mayBeMore;
  });
}

interface Newest {
  readonly accountRevision: number;
  /** Of the newest version; of none, before every row. */
  readonly recordedAt: string;
  readonly revision: number;
  readonly root: TreeNode;
}

async function readNewest(tx: Connection, accountId: string): Promise<Newest> {
  const { rows } = await tx.query<{
    accountRevision: bigint;
    recordedAt: Instant | null;
    revision: bigint | null;
    root: Buffer | null;
  }>({
    name: 'newest version',
    text: `SELECT a.revision AS "accountRevision", v.recorded_at AS "recordedAt", v.revision, v.root
             FROM accounts a LEFT JOIN LATERAL (
               SELECT recorded_at, revision, root FROM balance_history_versions
                WHERE account_id = a.account_id ORDER BY recorded_at DESC, revision DESC LIMIT 1) v ON true
            WHERE account_id = $1`,
    values: [accountId],
  });
  const [row] = rows;
  return {
    accountRevision: Number(row?.accountRevision ?? -1),
    recordedAt: row?.recordedAt == null ? '-infinity' : formatInstant(row.recordedAt),
    revision: Number(row?.revision ?? -1),
    root: row?.root == null ? emptyTree : unpackNode(row.root),
  };
}

/** Refusals too: they count towards a version, and are not in its tree. */
async function readRows(
  tx: Connection,
  accountId: string,
  after: Newest,
  upTo: number,
  limit: number,
): Promise<readonly DatedLine[]> {
  const { rows } = await tx.query<Omit<DatedLine, 'revision'> & { readonly revision: bigint }>({
    name: 'rows after a version',
    text: `SELECT effective_at AS "effectiveAt", revision, recorded_at AS "recordedAt", delta FROM transactions
            WHERE account_id = $1 AND (recorded_at, revision) > ($2, $3) AND revision <= $4
            ORDER BY recorded_at, revision LIMIT $5`,
    values: [accountId, after.recordedAt, after.revision, upTo, limit],
  });
  return rows.map((row) => ({ ...row, revision: Number(row.revision) }));
}

/** The rows that one version has and the one before it has not. Events of unknown types have none. */
interface Group {
  /** The last revision that can be in it. */
  readonly boundary: number;
  readonly rows: readonly DatedLine[];
}

function* groupByBoundary(rows: readonly DatedLine[], sizes: VersionSizes): Generator<Group> {
  for (let from = 0; from < rows.length; ) {
    const first = rows[from]?.revision ?? 0;
    const boundary = newestBoundary(first + sizes.versionRevisions - 1, sizes);
    const after = rows.findIndex(({ revision }, index) => index > from && revision > boundary);
    const to = after === -1 ? rows.length : after;
    yield { boundary, rows: rows.slice(from, to) };
    from = to;
  }
}

async function addVersions(
  tx: Connection,
  ids: NodeIds,
  accountId: string,
  from: TreeNode,
  groups: readonly Group[],
  sizes: VersionSizes,
): Promise<void> {
  const stored = storedNodes(tx, 'balance_history_nodes');
  const made = new Map<number, TreeNode>();
  const nodes: Nodes = async (nodeId) => made.get(nodeId) ?? stored(nodeId);
  let root = from;
  for (const { rows } of groups) {
    await ids.reserve(tx, idsOfLine * (rows.length + 1));
    const last = rows.at(-1);
    if (!last) throw new Error('a version has no row of its own');
    const lines = rows.filter(({ delta }) => delta !== 0n).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    const merged = await mergeLines(root, lines, nodes, ids.next, sizes);
    root = merged.root;
    for (const { nodeId, node } of merged.written) made.set(nodeId, node);
    await tx.query({
      name: 'add version',
      text: `INSERT INTO balance_history_versions (account_id, recorded_at, revision, root) VALUES ($1, $2, $3, $4)`,
      values: [accountId, formatInstant(last.recordedAt), last.revision, packNode(root)],
    });
  }
  await writeNodes(
    tx,
    'balance_history_nodes',
    [...made].map(([nodeId, node]) => ({ nodeId, node })),
  );
}
