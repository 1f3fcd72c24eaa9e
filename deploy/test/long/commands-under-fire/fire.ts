import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../kill-rounds/random.ts';
import { type Fault, faults, restart, suffer } from './fault.ts';
import type { Instance, Killable } from './instance.ts';

/** How often each thing was done. */
export type FireCounts = Record<Fault | 'node killed', number>;

interface Battlefield {
  readonly instances: readonly Instance[];
  readonly node: Killable;
  /** Resolves when an instance answers commands again, or has not for a while. */
  readonly recovered: (instance: Instance) => Promise<void>;
  /** Whether the clients have seen every kind of answer. */
  readonly isEnough: () => boolean;
}

/** A fault begins so often, on an instance that has none. */
const PAUSE_MS = { atLeast: 150, atMost: 700 };
/** So long the event store lives, once it is used again. */
const NODE_LIVES_MS = { atLeast: 1_000, atMost: 4_000 };
const LEAST_NODE_KILLS = 2;
const LONGEST_OVERTIME_MS = 60_000;

/**
 * Breaks things for so long, and on until each kind of fault and of answer was there; leaves everything whole. What was hit is hit again
 * only when it has worked in between: otherwise a slow machine would not work at all.
 * @throws Error: a process ended by itself
 */
export async function fire(battlefield: Battlefield, random: Random, forMs: number): Promise<FireCounts> {
  const counts = Object.fromEntries([...faults, 'node killed'].map((fault) => [fault, 0])) as FireCounts;
  const end = performance.now() + forMs;
  const isOver = () =>
    performance.now() >= end + LONGEST_OVERTIME_MS ||
    (performance.now() >= end &&
      faults.every((fault) => counts[fault] > 0) &&
      counts['node killed'] >= LEAST_NODE_KILLS &&
      battlefield.isEnough());
  await Promise.all([
    fireAtNode(battlefield, random.fork(), isOver, counts),
    fireAtInstances(battlefield, random.fork(), isOver, counts),
  ]);
  return counts;
}

async function fireAtNode(
  { instances, node, recovered }: Battlefield,
  random: Random,
  isOver: () => boolean,
  counts: FireCounts,
): Promise<void> {
  for (;;) {
    await delay(between(NODE_LIVES_MS, random));
    if (isOver()) return;
    await restart(node, random.below(200));
    counts['node killed'] += 1;
    await recovered(random.pick(instances));
  }
}

async function fireAtInstances(
  { instances, recovered }: Battlefield,
  random: Random,
  isOver: () => boolean,
  counts: FireCounts,
): Promise<void> {
  const idle = [...instances];
  const hit = new Set<Promise<unknown>>();
  const deal = dealer(random);
  async function hitOnce(instance: Instance, fault: Fault): Promise<void> {
    if (await suffer(instance, fault, random)) counts[fault] += 1;
    await recovered(instance);
    idle.push(instance);
  }
  while (!isOver()) {
    await delay(between(PAUSE_MS, random));
    const [instance] = idle.splice(random.below(idle.length), 1);
    if (!instance) {
      await Promise.race(hit);
      continue;
    }
    const fault = deal();
    const over: Promise<unknown> = hitOnce(instance, fault).then(() => hit.delete(over));
    hit.add(over);
  }
  await Promise.all(hit);
}

/** Each kind comes before any comes again, so that a short fire has them all. */
function dealer(random: Random): () => Fault {
  const left: Fault[] = [];
  return function deal() {
    if (left.length === 0) left.push(...faults);
    const fault = random.pick(left);
    left.splice(left.indexOf(fault), 1);
    return fault;
  };
}

const between = ({ atLeast, atMost }: { atLeast: number; atMost: number }, random: Random): number =>
  atLeast + random.below(atMost - atLeast);
