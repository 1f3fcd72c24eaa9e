import type { Connection } from '@ledger/shared/database/pool';
import type { TreeNode } from '@ledger/shared/dated-tree/dated-tree';
import { emptyTree, type Merged, mergeLines, type TreeShape } from '@ledger/shared/dated-tree/merge-lines';
import { storedNodes, writeNodes } from '@ledger/shared/dated-tree/stored-nodes';
import type { TakenIn } from '../../pipeline/taken-in.ts';
import type { NodeIds } from '../node-ids.ts';
import { datedSums } from './dated-sums.ts';
import { newestNodes } from './newest-nodes.ts';
import { deleteNodes, readTotals, type Total, unitKey, writeTotals } from './totals-table.ts';

/** Leaves smaller than an account's: of all that is written for a backdated line, its leaf is the most. */
const shape: TreeShape = { leafLines: 64, innerChildren: 128 };

/** What a line writes at most: in a tree of four inner levels (10^10 dates), each node of its path as two. */
const mostNodesOfLine = 10;

/** The trees of the totals. Their roots and some nodes stay in memory: right for as long as nobody else projects. */
export interface Totals {
  /** Adds the events' lines to the totals of their currencies. @returns what to call once that is committed */
  project(tx: Connection, events: readonly TakenIn[], ids: NodeIds): Promise<() => void>;
}

export function createTotals(): Totals {
  let known: ReadonlyMap<string, Total> | undefined;
  const newest = newestNodes();

  return {
    async project(tx, events, ids) {
      const before = known ?? new Map((await readTotals(tx)).map((total) => [unitKey(total), total]));
      const nodes = newest.orRead(storedNodes(tx, 'totals_nodes'));
      const changed: Total[] = [];
      const merges: Merged[] = [];
      for (const { unit, lines } of datedSums(events)) {
        await ids.reserve(tx, mostNodesOfLine * lines.length);
        const root: TreeNode = before.get(unitKey(unit))?.root ?? emptyTree;
        const merged = await mergeLines(root, lines, nodes, ids.next, shape);
        merges.push(merged);
        changed.push({ ...unit, root: merged.root });
      }
      await writeTrees(tx, changed, merges);
      return () => {
        known = new Map([...before, ...changed.map((total) => [unitKey(total), total] as const)]);
        for (const { written } of merges) newest.keep(written);
      };
    },
  };
}

async function writeTrees(tx: Connection, totals: readonly Total[], merges: readonly Merged[]): Promise<void> {
  if (totals.length === 0) return;
  await writeNodes(
    tx,
    'totals_nodes',
    merges.flatMap(({ written }) => written),
  );
  await deleteNodes(
    tx,
    merges.flatMap(({ replaced }) => replaced),
  );
  await writeTotals(tx, totals);
}
