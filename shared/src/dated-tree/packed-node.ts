import type { Child, DatedLine, TreeNode } from './dated-tree.ts';
import { PackedReader, PackedWriter } from './packed-bytes.ts';

const version = 1;
const leaf = 0;
const inner = 1;

/** A node as it is kept: each date and revision as the difference to the one before. */
export function packNode(node: TreeNode): Buffer {
  const writer = new PackedWriter();
  writer.number(version);
  if (node.kind === 'leaf') {
    writer.number(leaf);
    writer.number(node.lines.length);
    let before = start;
    for (const line of node.lines) {
      packKey(writer, before, line);
      // Most lines count from when they were recorded.
      writer.signed(line.recordedAt - line.effectiveAt);
      writer.bigint(line.delta);
      before = line;
    }
  } else {
    writer.number(inner);
    writer.number(node.children.length);
    let before = start;
    for (const child of node.children) {
      packKey(writer, before, child);
      writer.number(child.nodeId);
      writer.signed(child.newestRecordedAt - child.effectiveAt);
      writer.bigint(child.sum);
      before = child;
    }
  }
  return writer.finish();
}

/** @throws RangeError where these are not the bytes of a node that this version knows. */
export function unpackNode(bytes: Buffer): TreeNode {
  const reader = new PackedReader(bytes);
  const found = reader.number();
  if (found !== version) throw new RangeError(`a node of the dated history has format ${found}, not ${version}`);
  const isLeaf = reader.number() === leaf;
  const count = reader.number();
  const node: TreeNode = isLeaf
    ? { kind: 'leaf', lines: unpackLines(reader, count) }
    : { kind: 'inner', children: unpackChildren(reader, count) };
  if (!reader.isAtEnd) throw new RangeError('a node of the dated history has more bytes than entries');
  return node;
}

const start = { effectiveAt: 0, revision: 0 };

function packKey(writer: PackedWriter, before: typeof start, key: typeof start): void {
  writer.signed(key.effectiveAt - before.effectiveAt);
  writer.signed(key.revision - before.revision);
}

function unpackLines(reader: PackedReader, count: number): DatedLine[] {
  const lines: DatedLine[] = [];
  let { effectiveAt, revision } = start;
  for (let index = 0; index < count; index++) {
    effectiveAt += reader.signed();
    revision += reader.signed();
    const recordedAt = effectiveAt + reader.signed();
    lines.push({ effectiveAt, revision, recordedAt, delta: reader.bigint() });
  }
  return lines;
}

function unpackChildren(reader: PackedReader, count: number): Child[] {
  const children: Child[] = [];
  let { effectiveAt, revision } = start;
  for (let index = 0; index < count; index++) {
    effectiveAt += reader.signed();
    revision += reader.signed();
    const nodeId = reader.number();
    const newestRecordedAt = effectiveAt + reader.signed();
    children.push({ effectiveAt, revision, nodeId, newestRecordedAt, sum: reader.bigint() });
  }
  return children;
}
