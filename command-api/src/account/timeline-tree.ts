import { randomBytes } from 'node:crypto';
import { earliestInstant, type Instant } from '@ledger/shared/time';

/**
 * An immutable search tree by date, of the movements of an account: a treap (Aragon and Seidel, "Randomized search
 * trees", 1989), its priorities a hash of the date. So its shape is a function of its dates within a process, and its
 * depth is O(log n) for any dates, in whatever order they come, and with it the depth of the recursion below.
 */
export class TimelineNode {
  readonly at: Instant;
  /** Sum of all movements at exactly this instant. */
  readonly delta: bigint;
  readonly priority: number;
  /** Sum of all movements of this part. */
  readonly sum: bigint;
  /** Lowest and highest of the running sums within this part, counted from the part's own beginning. */
  readonly lowest: bigint;
  readonly highest: bigint;
  readonly #earlier: TimelineNode | undefined;
  readonly #later: TimelineNode | undefined;

  constructor(
    at: Instant,
    delta: bigint,
    priority: number,
    earlier: TimelineNode | undefined,
    later: TimelineNode | undefined,
  ) {
    this.at = at;
    this.delta = delta;
    this.priority = priority;
    this.#earlier = earlier;
    this.#later = later;
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
    this.sum = here + (later?.sum ?? 0n);
    this.lowest = lowest;
    this.highest = highest;
  }

  // The only ways down: whoever watches these two sees each node that a question or an addition goes through.
  get earlier(): TimelineNode | undefined {
    return this.#earlier;
  }

  get later(): TimelineNode | undefined {
    return this.#later;
  }
}

/** The tree with one more movement: one path is copied, all else is shared. */
export function insert(node: TimelineNode | undefined, at: Instant, delta: bigint): TimelineNode {
  if (!node) return new TimelineNode(at, delta, priorityOf(at), undefined, undefined);
  const { priority, earlier, later } = node;
  if (at === node.at) return new TimelineNode(at, node.delta + delta, priority, earlier, later);
  if (at < node.at) {
    const child = insert(earlier, at, delta);
    if (child.priority <= priority) return new TimelineNode(node.at, node.delta, priority, child, later);
    const below = new TimelineNode(node.at, node.delta, priority, child.later, later);
    return new TimelineNode(child.at, child.delta, child.priority, child.earlier, below);
  }
  const child = insert(later, at, delta);
  if (child.priority <= priority) return new TimelineNode(node.at, node.delta, priority, earlier, child);
  const below = new TimelineNode(node.at, node.delta, priority, earlier, child.earlier);
  return new TimelineNode(child.at, child.delta, child.priority, below, child.later);
}

/** A date in milliseconds since the earliest has 49 bits. */
const bytesOfDate = 7;

/**
 * This process's own random numbers, one for each value of each byte of a date. They are a secret: who knew the
 * priorities could choose dates that make the tree as deep as it has nodes.
 */
const secret = new Uint32Array(new Uint8Array(randomBytes(bytesOfDate * 256 * 4)).buffer);

/**
 * Simple tabulation hashing (Zobrist, 1970). It is nearly min-wise independent (Patrascu and Thorup, "The power of simple
 * tabulation hashing", 2012), whatever the dates: each of k dates has the highest priority with a chance of about 1/k,
 * which is all that a treap's depth rests on.
 */
function priorityOf(at: Instant): number {
  let hash = 0;
  let rest = at - earliestInstant;
  for (let byte = 0; byte < bytesOfDate; byte++) {
    hash ^= secret[byte * 256 + (rest % 256)] ?? 0;
    rest = Math.floor(rest / 256);
  }
  return hash >>> 0;
}
