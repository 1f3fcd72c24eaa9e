import type { Connection, Pool } from '../database/pool.ts';
import type { Nodes, TreeNode } from './dated-tree.ts';
import { packNode, unpackNode } from './packed-node.ts';

export type NodesTable = 'balance_history_nodes' | 'totals_nodes';

interface Asked {
  readonly resolve: (node: TreeNode) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The nodes of a table. What is asked for in one turn of the event loop is read in one statement.
 * @returns a function that throws what pg throws, and an Error where there is no such node
 */
export function storedNodes(db: Pool | Connection, table: NodesTable): Nodes {
  let asked = new Map<number, Asked[]>();

  async function readAsked(): Promise<void> {
    const reading = asked;
    asked = new Map();
    try {
      const { rows } = await db.query<{ id: bigint; content: Buffer }>({
        name: `read ${table}`,
        text: `SELECT node_id AS id, content FROM ${table} WHERE node_id = ANY ($1)`,
        values: [[...reading.keys()]],
      });
      const found = new Map(rows.map(({ id, content }) => [Number(id), unpackNode(content)]));
      for (const [nodeId, waiting] of reading) {
        const node = found.get(nodeId);
        for (const { resolve, reject } of waiting) {
          if (node) resolve(node);
          else reject(new Error(`${table} has no node ${nodeId}`));
        }
      }
    } catch (error) {
      for (const { reject } of [...reading.values()].flat()) reject(error);
    }
  }

  return (nodeId) =>
    new Promise((resolve, reject) => {
      if (asked.size === 0) process.nextTick(readAsked);
      const waiting = asked.get(nodeId);
      if (waiting) waiting.push({ resolve, reject });
      else asked.set(nodeId, [{ resolve, reject }]);
    });
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
