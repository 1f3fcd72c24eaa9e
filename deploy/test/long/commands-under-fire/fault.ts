import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../kill-rounds/random.ts';
import type { Instance, Killable } from './instance.ts';

export const faults = ['killed', 'cut', 'held', 'stalled', 'answers lost', 'half-open'] as const;
export type Fault = (typeof faults)[number];

/** Does this to an instance, and mends it. Answers whether it did any harm: what is thrown away has to come first. */
export async function suffer(instance: Instance, fault: Fault, random: Random): Promise<boolean> {
  const { proxy } = instance;
  const { answers, requests } = proxy.lost;
  switch (fault) {
    case 'killed':
      await restart(instance, random.below(150));
      return true;
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
  if (fault === 'answers lost') return proxy.lost.answers > answers;
  return fault !== 'half-open' || proxy.lost.requests > requests;
}

/** Waits for what may not come. */
async function soon(hasCome: () => boolean): Promise<void> {
  const end = performance.now() + 1_000;
  while (!hasCome() && performance.now() < end) await delay(10);
}

/** @throws Error: it had ended by itself, or does not start again */
export async function restart(process: Killable, downMs: number): Promise<void> {
  await process.kill();
  await delay(downMs);
  await process.start();
}
