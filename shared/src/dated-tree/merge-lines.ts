import {
  type Child,
  countBefore,
  type DatedLine,
  isBefore,
  type LineKey,
  type Nodes,
  type TreeNode,
} from './dated-tree.ts';

export interface TreeShape {
  /** The most lines of a leaf, and the most children of an inner node. */
  readonly leafLines: number;
  readonly innerChildren: number;
}

export const treeShape: TreeShape = { leafLines: 128, innerChildren: 128 };

export const emptyTree: TreeNode = { kind: 'leaf', lines: [] };

/** A tree with more lines, and what has to be written for it. */
export interface Merged {
  readonly root: TreeNode;
  /** The new nodes below the root. */
  readonly written: readonly { readonly nodeId: number; readonly node: TreeNode }[];
  /** The nodes of the tree as it was that are not in this one. */
  readonly replaced: readonly number[];
}

/**
 * Adds lines, which are in order, to a tree: reads and writes anew the leaves that they belong in and what is above these.
 * A line whose key is there already is added to the one there.
 * @param newId gives an id to each new node
 */
export async function mergeLines(
  root: TreeNode,
  lines: readonly DatedLine[],
  nodes: Nodes,
  newId: () => number,
  shape: TreeShape = treeShape,
): Promise<Merged> {
  const written: { nodeId: number; node: TreeNode }[] = [];
  const replaced: number[] = [];

  function write(node: TreeNode): Child {
    const nodeId = newId();
    written.push({ nodeId, node });
    return childOf(nodeId, node);
  }

  /** The node with the lines added, as one or more of its kind. @param atEnd nothing of the tree stands behind it */
  async function add(node: TreeNode, added: readonly DatedLine[], atEnd: boolean): Promise<TreeNode[]> {
    if (node.kind === 'leaf') {
      const parts = split(inOrder(node.lines, added), shape.leafLines, atEnd);
      return parts.map((part) => ({ kind: 'leaf', lines: part }));
    }
    const children = await Promise.all(
      shares(node.children, added).map(async ([child, share], index) => {
        if (share.length === 0) return child;
        const isLast = atEnd && index === node.children.length - 1;
        replaced.push(child.nodeId);
        return (await add(await nodes(child.nodeId), share, isLast)).map(write);
      }),
    );
    return split(children.flat(), shape.innerChildren, atEnd).map((part) => ({ kind: 'inner', children: part }));
  }

  let tops = await add(root, lines, true);
  while (tops.length > 1) {
    const parts = split(tops.map(write), shape.innerChildren, true);
    tops = parts.map((part) => ({ kind: 'inner', children: part }));
  }
  return { root: tops[0] ?? emptyTree, written, replaced };
}

function childOf(nodeId: number, node: TreeNode): Child {
  let sum = 0n;
  let newestRecordedAt = Number.NEGATIVE_INFINITY;
  for (const entry of node.kind === 'leaf' ? node.lines : node.children) {
    sum += 'delta' in entry ? entry.delta : entry.sum;
    newestRecordedAt = Math.max(newestRecordedAt, 'delta' in entry ? entry.recordedAt : entry.newestRecordedAt);
  }
  const first: LineKey | undefined = (node.kind === 'leaf' ? node.lines : node.children)[0];
  if (!first) throw new Error('a node below the root has no entry');
  return { nodeId, effectiveAt: first.effectiveAt, revision: first.revision, sum, newestRecordedAt };
}

/** Each child with the lines that belong below it; those before every child belong to the first. */
function shares(children: readonly Child[], lines: readonly DatedLine[]): [Child, readonly DatedLine[]][] {
  let from = 0;
  return children.map((child, index) => {
    const next = children[index + 1];
    const to = next ? Math.max(from, countBefore(lines, next)) : lines.length;
    const share = lines.slice(from, to);
    from = to;
    return [child, share];
  });
}

function inOrder(there: readonly DatedLine[], added: readonly DatedLine[]): DatedLine[] {
  const lines: DatedLine[] = [];
  let next = 0;
  for (const line of there) {
    for (let other = added[next]; other && isBefore(other, line); other = added[++next]) lines.push(other);
    const same = added[next];
    if (same && !isBefore(line, same)) {
      lines.push(sumOf(line, same));
      next += 1;
    } else {
      lines.push(line);
    }
  }
  return lines.concat(added.slice(next));
}

function sumOf(a: DatedLine, b: DatedLine): DatedLine {
  return { ...a, delta: a.delta + b.delta, recordedAt: Math.max(a.recordedAt, b.recordedAt) };
}

/** At the end of the tree, where most lines come, parts are full; elsewhere they have room on both sides. */
function split<Entry>(entries: readonly Entry[], most: number, atEnd: boolean): Entry[][] {
  const count = Math.ceil(entries.length / most);
  const size = atEnd ? most : Math.ceil(entries.length / count);
  return Array.from({ length: count }, (_, index) => entries.slice(index * size, (index + 1) * size));
}
