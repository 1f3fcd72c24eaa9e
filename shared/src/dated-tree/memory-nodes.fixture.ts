import type { Nodes, TreeNode } from './dated-tree.ts';
import { type Merged, mergeLines } from './merge-lines.ts';
import { packNode, unpackNode } from './packed-node.ts';

/** Nodes as they are kept, in this process's memory; tells which were read. */
export function memoryNodes() {
  const kept = new Map<number, Buffer>();
  const read: number[] = [];
  let lastId = 0;
  const nodes: Nodes = async (nodeId) => {
    read.push(nodeId);
    const bytes = kept.get(nodeId);
    if (!bytes) throw new Error(`there is no node ${nodeId}`);
    return unpackNode(bytes);
  };
  return {
    nodes,
    kept,
    read,
    /** Merges, and keeps what is to be written. */
    async merge(
      root: TreeNode,
      ...[lines, shape]: [Parameters<typeof mergeLines>[1], Parameters<typeof mergeLines>[4]]
    ) {
      const merged: Merged = await mergeLines(root, lines, nodes, () => ++lastId, shape);
      for (const { nodeId, node } of merged.written) kept.set(nodeId, packNode(node));
      return merged;
    },
  };
}
