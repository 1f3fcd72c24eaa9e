import type { Connection } from '@ledger/shared/database/pool';
import type { TreeNode } from '@ledger/shared/dated-tree/dated-tree';
import { packNode, unpackNode } from '@ledger/shared/dated-tree/packed-node';

/** A currency, with the decimals that it has in some of its accounts. */
export interface Unit {
  readonly currency: string;
  readonly decimals: number;
}

/** A row of `totals`: the lines of all accounts of one currency. */
export interface Total extends Unit {
  readonly root: TreeNode;
}

/** The unit as the key of a map. */
export function unitKey({ currency, decimals }: Unit): string {
  return `${currency} ${decimals}`;
}

export async function readTotals(tx: Connection): Promise<Total[]> {
  const { rows } = await tx.query<Unit & { root: Buffer }>('SELECT currency, decimals, root FROM totals');
  return rows.map((row) => ({ ...row, root: unpackNode(row.root) }));
}

/** Writes rows, new or changed: one for each currency that some events are of. */
export async function writeTotals(tx: Connection, totals: readonly Total[]): Promise<void> {
  for (const { currency, decimals, root } of totals) {
    await tx.query({
      name: 'write total',
      text: `INSERT INTO totals (currency, decimals, root) VALUES ($1, $2, $3)
             ON CONFLICT (currency, decimals) DO UPDATE SET root = excluded.root`,
      values: [currency, decimals, packNode(root)],
    });
  }
}

export async function deleteNodes(tx: Connection, nodeIds: readonly number[]): Promise<void> {
  if (nodeIds.length === 0) return;
  await tx.query({
    name: 'delete totals_nodes',
    text: 'DELETE FROM totals_nodes WHERE node_id = ANY ($1)',
    values: [nodeIds],
  });
}
