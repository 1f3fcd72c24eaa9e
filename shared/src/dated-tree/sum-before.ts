import type { Instant } from '../time.ts';
import { countBefore, type LineKey, type Nodes, type TreeNode } from './dated-tree.ts';

/** What some lines come to, in minor units. */
export interface LinesSum {
  readonly sum: bigint;
  /** When the newest of them was recorded; null where there are none. */
  readonly recordedAt: Instant | null;
}

export const noLines: LinesSum = { sum: 0n, recordedAt: null };

export function plus(a: LinesSum, b: LinesSum): LinesSum {
  const recordedAt = newer(a.recordedAt, b.recordedAt);
  return { sum: a.sum + b.sum, recordedAt };
}

/** The sum of the lines before a key: reads one node of each depth below the root. */
export async function sumBefore(root: TreeNode, key: LineKey, nodes: Nodes): Promise<LinesSum> {
  let sum = 0n;
  let recordedAt: Instant | null = null;
  let node = root;
  while (node.kind === 'inner') {
    const { children }: { children: typeof node.children } = node;
    const last = countBefore(children, key) - 1;
    const child = children[last];
    if (!child) return { sum, recordedAt };
    for (const passed of children.slice(0, last)) {
      sum += passed.sum;
      recordedAt = newer(recordedAt, passed.newestRecordedAt);
    }
    node = await nodes(child.nodeId);
  }
  for (const line of node.lines.slice(0, countBefore(node.lines, key))) {
    sum += line.delta;
    recordedAt = newer(recordedAt, line.recordedAt);
  }
  return { sum, recordedAt };
}

function newer(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || (b !== null && b > a) ? b : a;
}
