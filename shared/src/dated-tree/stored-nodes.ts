import type { Connection, Pool } from '../database/pool.ts';
import { readTogether } from '../database/read-together.ts';
import type { Nodes, TreeNode } from './dated-tree.ts';
import { packNode, unpackNode } from './packed-node.ts';

export type NodesTable = 'balance_history_nodes' | 'totals_nodes';

/**
 * The nodes of a table.
 * @returns a function that throws what pg throws, and an Error where there is no such node
 */
export function storedNodes(db: Pool | Connection, table: NodesTable): Nodes {
  async function readNodes(nodeIds: readonly number[]): Promise<readonly (TreeNode | undefined)[]> {
    const { rows } = await db.query<{ id: bigint; content: Buffer }>({
      name: `read ${table}`,
      text: `SELECT node_id AS id, content FROM ${table} WHERE node_id = ANY ($1)`,
      values: [[...new Set(nodeIds)]],
    });
    const found = new Map(rows.map(({ id, content }) => [Number(id), unpackNode(content)]));
    return nodeIds.map((nodeId) => found.get(nodeId));
  }
  const read = readTogether(readNodes, { statements: 2, keys: 512 });
  return async (nodeId) => {
    const node = await read(nodeId);
    if (!node) throw new Error(`${table} has no node ${nodeId}`);
    return node;
  };
}

/** Writes nodes in one statement. */
export async function writeNodes(
  tx: Connection,
  table: NodesTable,
  nodes: readonly { readonly nodeId: number; readonly node: TreeNode }[],
): Promise<void> {
  if (nodes.length === 0) return;
  const contents = nodes.map(({ node }) => packNode(node));
  const lengths = contents.map(({ length }) => length);
  // One value of bytes is sent as it is; an array of them would be sent as text.
  await tx.query({
    name: `write ${table}`,
    text: `INSERT INTO ${table} (node_id, content)
           SELECT id, substring($3::bytea FROM (sum(length) OVER (ORDER BY n) - length + 1)::integer FOR length)
             FROM unnest($1::bigint[], $2::integer[]) WITH ORDINALITY AS node (id, length, n)`,
    values: [nodes.map(({ nodeId }) => nodeId), lengths, Buffer.concat(contents)],
  });
}
