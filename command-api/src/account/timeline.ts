import type { Instant } from '@ledger/shared/time';
import { insert, type TimelineNode } from './timeline-tree.ts';

/**
 * The balance of an account at the end of every instant at which it moved, as an immutable tree by date: adding a movement
 * copies one path and shares the rest, so a draft costs nothing to throw away. Each node knows the sum of its part and
 * the lowest and highest balance reached within it, so every question is answered on one path from the root, in O(log n).
 */
export class Timeline {
  static readonly empty = new Timeline(undefined);

  readonly #root: TimelineNode | undefined;

  private constructor(root: TimelineNode | undefined) {
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

type Part = { at: Instant; lowest: bigint; highest: bigint; node: TimelineNode; only: boolean };

/** Visits what lies after `at` in order of date, as single instants and whole parts, until `visit` answers true. */
function visitAfter(
  root: TimelineNode | undefined,
  at: Instant,
  visit: (balanceBefore: bigint, part: Part) => boolean,
): void {
  const path: { node: TimelineNode; before: bigint }[] = [];
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
    const { later } = node;
    if (!later) continue;
    const { lowest, highest } = later;
    if (visit(after, { at: later.at, lowest, highest, node: later, only: false })) return;
  }
}

/** The first instant of a part, whose lowest balance is known to be below `least`, at which it is. */
function firstBelowWithin(part: TimelineNode, balanceBefore: bigint, least: bigint): Instant {
  let before = balanceBefore;
  for (let node: TimelineNode | undefined = part; node; ) {
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
