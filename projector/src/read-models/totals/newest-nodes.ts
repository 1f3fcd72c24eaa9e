import type { Nodes, TreeNode } from '@ledger/shared/dated-tree/dated-tree';

/** At most 128 entries of some 100 bytes each: 6 MB. */
const defaultLimit = 512;

/** The tree nodes that were used last. A node never changes and its id is never used again, so each is right for ever. */
export interface NewestNodes {
  /** The nodes in memory, and those that `stored` reads. */
  orRead(stored: Nodes): Nodes;
  keep(written: readonly { readonly nodeId: number; readonly node: TreeNode }[]): void;
}

export function newestNodes(limit = defaultLimit): NewestNodes {
  /** The one used longest ago is the first. */
  const kept = new Map<number, TreeNode>();

  function use(nodeId: number, node: TreeNode): void {
    kept.delete(nodeId);
    kept.set(nodeId, node);
    const [oldest] = kept.size > limit ? kept.keys() : [];
    if (oldest !== undefined) kept.delete(oldest);
  }

  return {
    orRead: (stored) =>
      async function readNode(nodeId) {
        const node = kept.get(nodeId) ?? (await stored(nodeId));
        use(nodeId, node);
        return node;
      },
    keep(written) {
      for (const { nodeId, node } of written) use(nodeId, node);
    },
  };
}
