import { type Child, countBefore, type DatedLine, type LineKey, type Nodes, type TreeNode } from './dated-tree.ts';

export interface WalkOptions {
  /** `asc`: the lines from `start` on. `desc`: those before it, the last one first. */
  readonly order: 'asc' | 'desc';
  readonly start: LineKey;
  /** How many nodes are read at once: what is likely to be used. */
  readonly nodesAtOnce: number;
}

/** The lines of a tree from a key on, in order, a leaf's at a time. */
export async function* walkLines(
  node: TreeNode,
  nodes: Nodes,
  options: WalkOptions,
): AsyncGenerator<readonly DatedLine[]> {
  const { order, start, nodesAtOnce } = options;
  if (node.kind === 'leaf') {
    const before = countBefore(node.lines, start);
    const lines = order === 'asc' ? node.lines.slice(before) : node.lines.slice(0, before).reverse();
    if (lines.length > 0) yield lines;
    return;
  }
  const children = childrenFrom(node.children, options);
  for (let first = 0; first < children.length; first += nodesAtOnce) {
    const together = children.slice(first, first + nodesAtOnce);
    for (const read of await Promise.all(together.map(({ nodeId }) => nodes(nodeId)))) {
      yield* walkLines(read, nodes, { order, start, nodesAtOnce });
    }
  }
}

/** Ascending, the child before the first one that begins after the start may have lines after it too. */
function childrenFrom(children: readonly Child[], { order, start }: WalkOptions): Child[] {
  const before = countBefore(children, start);
  return order === 'asc' ? children.slice(Math.max(0, before - 1)) : children.slice(0, before).reverse();
}
