import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../kill-rounds/random.ts';
import type { Instance, Killable } from './instance.ts';

const faults = ['killed', 'cut', 'held', 'stalled', 'answers lost', 'half-open'] as const;
type Fault = (typeof faults)[number];

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
  const hit = new Set<Promise<void>>();
  const deal = dealer(random);
  while (!isOver()) {
    await delay(between(PAUSE_MS, random));
    const [instance] = idle.splice(random.below(idle.length), 1);
    if (!instance) {
      await Promise.race(hit);
      continue;
    }
    const fault = deal();
    const over = suffer(instance, fault, random)
      .then(() => recovered(instance))
      .then(() => {
        hit.delete(over);
        idle.push(instance);
        counts[fault] += 1;
      });
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

async function suffer(instance: Instance, fault: Fault, random: Random): Promise<void> {
  const { proxy } = instance;
  const { answers, requests } = proxy.lost;
  switch (fault) {
    case 'killed':
      return restart(instance, random.below(150));
    case 'cut':
      proxy.cut();
      await delay(random.below(150));
      break;
    case 'held':
      proxy.hold();
      await delay(random.below(700));
      break;
    case 'stalled':
      // Often beyond a command's deadline: what was sent arrives when its client has been told that nothing is known.
      proxy.stall();
      await delay(200 + random.below(1_400));
      break;
    case 'answers lost':
      proxy.loseAnswers();
      await soon(() => proxy.lost.answers > answers);
      await delay(random.below(300));
      proxy.cut();
      break;
    case 'half-open':
      proxy.abandon();
      await soon(() => proxy.lost.requests > requests);
      await delay(random.below(1_300));
      break;
  }
  proxy.mend();
}

/** Waits for what may not come. */
async function soon(hasCome: () => boolean): Promise<void> {
  const end = performance.now() + 1_000;
  while (!hasCome() && performance.now() < end) await delay(10);
}

async function restart(process: Killable, downMs: number): Promise<void> {
  await process.kill();
  await delay(downMs);
  await process.start();
}

const between = ({ atLeast, atMost }: { atLeast: number; atMost: number }, random: Random): number =>
  atLeast + random.below(atMost - atLeast);
