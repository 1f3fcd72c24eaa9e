import { expect } from 'chai';
import fc from 'fast-check';
import { earliestInstant, latestInstant } from '../time.ts';
import { type DatedLine, isBefore, type LineKey, type TreeNode } from './dated-tree.ts';
import { memoryNodes } from './memory-nodes.fixture.ts';
import { emptyTree } from './merge-lines.ts';
import { packNode, unpackNode } from './packed-node.ts';
import { sumBefore } from './sum-before.ts';
import { walkLines } from './walk-lines.ts';

const instant = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: earliestInstant, max: latestInstant }));
const amount = fc.oneof(
  fc.bigInt({ min: -300n, max: 300n }),
  fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
  fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
);
const shape = fc.record({ leafLines: fc.integer({ min: 1, max: 5 }), innerChildren: fc.integer({ min: 2, max: 4 }) });
const merges = fc.array(fc.array(fc.record({ effectiveAt: instant, delta: amount }), { maxLength: 12 }), {
  maxLength: 12,
});

const inOrder = (lines: readonly DatedLine[]) => lines.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));

/** The plain list that the tree has to agree with. */
function plainSum(lines: readonly DatedLine[], key: LineKey) {
  const counted = lines.filter((line) => isBefore(line, key));
  return {
    sum: counted.reduce((sum, { delta }) => sum + delta, 0n),
    recordedAt: counted.length === 0 ? null : Math.max(...counted.map(({ recordedAt }) => recordedAt)),
  };
}

function entriesOf(node: TreeNode): readonly LineKey[] {
  return node.kind === 'leaf' ? node.lines : node.children;
}

describe('the dated tree, against a plain list', () => {
  it('sums and walks alike, in every version, whatever is merged', async () => {
    await fc.assert(
      fc.asyncProperty(merges, shape, fc.array(instant, { maxLength: 4 }), async (groups, sizes, dates) => {
        const memory = memoryNodes();
        const versions: { root: TreeNode; lines: readonly DatedLine[] }[] = [];
        let root = emptyTree;
        let lines: readonly DatedLine[] = [];
        for (const group of groups) {
          const added = group.map(({ effectiveAt, delta }, index) => {
            const revision = lines.length + index;
            return { effectiveAt, delta, revision, recordedAt: revision * 10 };
          });
          lines = [...lines, ...added];
          ({ root } = await memory.merge(root, inOrder(added), sizes));
          versions.push({ root, lines });
        }
        for (const version of versions) {
          const keys = dates.flatMap((effectiveAt) => [0, 5, 60].map((revision) => ({ effectiveAt, revision })));
          const ofLines = version.lines.filter((_, index) => index % 5 === 0);
          for (const key of [...keys, ...ofLines]) await expectAlike(version, key, memory.nodes);
        }
      }),
      { numRuns: 50, seed: 20_261_122 },
    );
  });

  async function expectAlike(
    { root, lines }: { root: TreeNode; lines: readonly DatedLine[] },
    key: LineKey,
    nodes: ReturnType<typeof memoryNodes>['nodes'],
  ): Promise<void> {
    expect(await sumBefore(root, key, nodes)).to.deep.equal(plainSum(lines, key));
    for (const order of ['asc', 'desc'] as const) {
      const walked: DatedLine[] = [];
      for await (const part of walkLines(root, nodes, { order, start: key, nodesAtOnce: 2 })) walked.push(...part);
      const expected = inOrder(lines).filter((line) => isBefore(line, key) === (order === 'desc'));
      expect(walked).to.deep.equal(order === 'asc' ? expected : expected.reverse());
    }
  }

  it('adds up lines of one key', async () => {
    await fc.assert(
      fc.asyncProperty(merges, shape, async (groups, sizes) => {
        const memory = memoryNodes();
        const plain = new Map<number, bigint>();
        let root = emptyTree;
        for (const group of groups) {
          const added = [...new Map(group.map((line) => [line.effectiveAt, line])).values()];
          for (const { effectiveAt, delta } of added) plain.set(effectiveAt, (plain.get(effectiveAt) ?? 0n) + delta);
          const lines = added.map((line) => ({ ...line, revision: 0, recordedAt: line.effectiveAt }));
          ({ root } = await memory.merge(root, inOrder(lines), sizes));
        }
        const walked: (readonly [number, bigint])[] = [];
        const start = { effectiveAt: earliestInstant, revision: 0 };
        for await (const part of walkLines(root, memory.nodes, { order: 'asc', start, nodesAtOnce: 3 })) {
          walked.push(...part.map(({ effectiveAt, delta }) => [effectiveAt, delta] as const));
        }
        expect(walked).to.deep.equal([...plain].toSorted(([a], [b]) => a - b));
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
  });

  it('keeps its nodes within their size, its leaves at one depth, and names exactly the nodes that it replaced', async () => {
    await fc.assert(
      fc.asyncProperty(merges, shape, async (groups, sizes) => {
        const memory = memoryNodes();
        let root = emptyTree;
        let alive = new Set<number>();
        let revision = 0;
        for (const group of groups) {
          const added = group.map((line) => ({ ...line, revision: revision++, recordedAt: 0 }));
          const merged = await memory.merge(root, inOrder(added), sizes);
          root = merged.root;
          const { reachable, depths } = await survey(root, sizes, memory.nodes);
          const expected = new Set(alive);
          for (const nodeId of merged.replaced) expected.delete(nodeId);
          for (const { nodeId } of merged.written) expected.add(nodeId);
          expect(reachable).to.deep.equal(expected);
          expect(depths.size).to.equal(1);
          alive = reachable;
        }
      }),
      { numRuns: 60, seed: 20_261_122 },
    );
  });

  async function survey(
    root: TreeNode,
    sizes: { leafLines: number; innerChildren: number },
    nodes: ReturnType<typeof memoryNodes>['nodes'],
  ) {
    const reachable = new Set<number>();
    const depths = new Set<number>();
    async function visit(node: TreeNode, depth: number): Promise<void> {
      expect(entriesOf(node).length).to.be.at.most(node.kind === 'leaf' ? sizes.leafLines : sizes.innerChildren);
      if (node.kind === 'leaf') {
        depths.add(depth);
        return;
      }
      for (const { nodeId } of node.children) {
        reachable.add(nodeId);
        await visit(await nodes(nodeId), depth + 1);
      }
    }
    await visit(root, 0);
    return { reachable, depths };
  }

  it('packs nodes so that they come out as they went in, and refuses what is no node', () => {
    const key = { effectiveAt: instant, revision: fc.nat({ max: 2 ** 51 }) };
    const line = fc.record({ ...key, recordedAt: instant, delta: amount });
    const child = fc.record({ ...key, nodeId: fc.maxSafeNat(), newestRecordedAt: instant, sum: amount });
    const node: fc.Arbitrary<TreeNode> = fc.oneof(
      fc.record({ kind: fc.constant('leaf' as const), lines: fc.array(line) }),
      fc.record({ kind: fc.constant('inner' as const), children: fc.array(child) }),
    );
    fc.assert(
      fc.property(node, fc.nat(), (made, cut) => {
        const bytes = packNode(made);
        expect(unpackNode(bytes)).to.deep.equal(made);
        expect(() => unpackNode(bytes.subarray(0, cut % bytes.length))).to.throw(RangeError);
        expect(() => unpackNode(Buffer.concat([bytes, Buffer.of(0)]))).to.throw(RangeError);
        expect(() => unpackNode(Buffer.concat([Buffer.of(2), bytes.subarray(1)]))).to.throw(RangeError);
      }),
      { seed: 20_261_122 },
    );
  });
});

describe('what the dated tree reads and writes', () => {
  const lines = (from: number, count: number, step: number): DatedLine[] =>
    Array.from({ length: count }, (_, index) => {
      const revision = from + index;
      return { effectiveAt: revision * step, revision, recordedAt: revision * step, delta: 1n };
    });

  it('fills its leaves where lines come in order, and writes three leaves and what is above them for each 256', async () => {
    const memory = memoryNodes();
    let root = emptyTree;
    for (let version = 0; version < 200; version++) {
      const merged = await memory.merge(root, lines(1 + version * 256, 256, 60_000), undefined);
      root = merged.root;
      expect(merged.written.length).to.be.at.most(version < 64 ? 3 : 5);
    }
    expect(root.kind === 'inner' && root.children.length).to.equal(4);
    memory.read.length = 0;
    await sumBefore(root, { effectiveAt: 25_000 * 60_000, revision: 0 }, memory.nodes);
    expect(memory.read).to.have.length(2);
  });

  it('keeps a line of a day’s usual amount in about ten bytes', () => {
    const leaf = {
      kind: 'leaf' as const,
      lines: lines(1_000_000, 256, 300_000).map((line) => ({ ...line, delta: 12_345n })),
    };
    expect(packNode(leaf).length / 256).to.be.at.most(10);
  });
});
