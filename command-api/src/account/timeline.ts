import type { Instant } from '@ledger/shared/time';

/**
 * The balance of an account at the end of every instant at which it moved, as an immutable search tree by date: adding a
 * movement copies one path and shares the rest, so a draft costs nothing to throw away. Each node knows the sum of its
 * part and the lowest and highest balance reached within it, so every question is answered on one path from the root.
 *
 * A treap (Aragon and Seidel, "Randomized search trees", 1989) whose priorities are a hash of the date: its shape is a
 * function of its content, and its depth is O(log n) unless somebody chooses dates against the hash.
 */
interface Node {
  readonly at: Instant;
  /** Sum of all movements at exactly this instant. */
  readonly delta: bigint;
  readonly priority: number;
  readonly earlier: Node | undefined;
  readonly later: Node | undefined;
  readonly sum: bigint;
  /** Lowest and highest of the running sums within this part, counted from the part's own beginning. */
  readonly lowest: bigint;
  readonly highest: bigint;
}

export class Timeline {
  static readonly empty = new Timeline(undefined);

  readonly #root: Node | undefined;

  private constructor(root: Node | undefined) {
    this.#root = root;
  }

  /** The timeline with one more movement, of `delta` minor units at `at`. */
  add(at: Instant, delta: bigint): Timeline {
    return new Timeline(insert(this.#root, at, delta));
  }

  /** The current balance. */
  get balance(): bigint {
    return this.#root?.sum ?? 0n;
  }

  /** The balance at the end of `at`: all movements at or before it. */
  balanceAsOf(at: Instant): bigint {
    let before = 0n;
    for (let node = this.#root; node; ) {
      if (at < node.at) {
        node = node.earlier;
      } else {
        before += (node.earlier?.sum ?? 0n) + node.delta;
        node = node.later;
      }
    }
    return before;
  }

  /** The lowest and the highest balance from `at` on, `at` itself included. */
  rangeFrom(at: Instant): { lowest: bigint; highest: bigint } {
    const start = this.balanceAsOf(at);
    let lowest = start;
    let highest = start;
    visitAfter(this.#root, at, (from, part) => {
      if (from + part.lowest < lowest) lowest = from + part.lowest;
      if (from + part.highest > highest) highest = from + part.highest;
      return false;
    });
    return { lowest, highest };
  }

  /** The first instant from `from` on at whose end the balance is below `least`; undefined where there is none. */
  firstBelow(least: bigint, from: Instant): Instant | undefined {
    if (this.balanceAsOf(from) < least) return from;
    let found: Instant | undefined;
    visitAfter(this.#root, from, (balance, part) => {
      if (balance + part.lowest >= least) return false;
      found = part.only ? part.at : firstBelowWithin(part.node, balance, least);
      return true;
    });
    return found;
  }
}

type Part = { at: Instant; lowest: bigint; highest: bigint; node: Node; only: boolean };

/** Visits what lies after `at` in order of date, as single instants and whole parts, until `visit` answers true. */
function visitAfter(root: Node | undefined, at: Instant, visit: (balanceBefore: bigint, part: Part) => boolean): void {
  const path: { node: Node; before: bigint }[] = [];
  let before = 0n;
  for (let node = root; node; ) {
    if (at < node.at) {
      path.push({ node, before });
      node = node.earlier;
    } else {
      before += (node.earlier?.sum ?? 0n) + node.delta;
      node = node.later;
    }
  }
  for (let step = path.pop(); step; step = path.pop()) {
    const { node } = step;
    const balance = step.before + (node.earlier?.sum ?? 0n);
    const after = balance + node.delta;
    if (visit(balance, { at: node.at, lowest: node.delta, highest: node.delta, node, only: true })) return;
    if (node.later && visit(after, { ...node.later, node: node.later, only: false })) return;
  }
}

/** The first instant of a part, whose lowest balance is known to be below `least`, at which it is. */
function firstBelowWithin(part: Node, balanceBefore: bigint, least: bigint): Instant {
  let before = balanceBefore;
  for (let node: Node | undefined = part; node; ) {
    if (node.earlier && before + node.earlier.lowest < least) {
      node = node.earlier;
      continue;
    }
    before += (node.earlier?.sum ?? 0n) + node.delta;
    if (before < least) return node.at;
    node = node.later;
  }
  throw new Error('a part of the timeline does not reach its own lowest balance');
}

function insert(node: Node | undefined, at: Instant, delta: bigint): Node {
  if (!node) return makeNode(at, delta, priorityOf(at), undefined, undefined);
  const { priority, earlier, later } = node;
  if (at === node.at) return makeNode(at, node.delta + delta, priority, earlier, later);
  if (at < node.at) {
    const child = insert(earlier, at, delta);
    if (child.priority <= priority) return makeNode(node.at, node.delta, priority, child, later);
    return makeNode(
      child.at,
      child.delta,
      child.priority,
      child.earlier,
      makeNode(node.at, node.delta, priority, child.later, later),
    );
  }
  const child = insert(later, at, delta);
  if (child.priority <= priority) return makeNode(node.at, node.delta, priority, earlier, child);
  return makeNode(
    child.at,
    child.delta,
    child.priority,
    makeNode(node.at, node.delta, priority, earlier, child.earlier),
    child.later,
  );
}

function makeNode(
  at: Instant,
  delta: bigint,
  priority: number,
  earlier: Node | undefined,
  later: Node | undefined,
): Node {
  const here = (earlier?.sum ?? 0n) + delta;
  let lowest = here;
  let highest = here;
  if (earlier) {
    if (earlier.lowest < lowest) lowest = earlier.lowest;
    if (earlier.highest > highest) highest = earlier.highest;
  }
  if (later) {
    if (here + later.lowest < lowest) lowest = here + later.lowest;
    if (here + later.highest > highest) highest = here + later.highest;
  }
  return { at, delta, priority, earlier, later, sum: here + (later?.sum ?? 0n), lowest, highest };
}

/** A 32-bit mix of both halves of the date (the finalizer of MurmurHash3, by Austin Appleby). */
function priorityOf(at: Instant): number {
  let hash = ((at % 2 ** 32) | 0) ^ Math.imul(Math.floor(at / 2 ** 32), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
