import { binaryEvent, type EventData, jsonEvent } from '@eventstore/db-client';
import type { Random } from './random.ts';

export const TYPES = ['Opened', 'Painted', 'Moved', 'Closed'] as const;

/** A hundred of the largest of these are less than the 1 MiB that one append may hold. */
function usualBytes(random: Random): number {
  return random.chance(0.1) ? 2_000 + random.below(8_000) : random.below(400);
}

/** Many pages of the store's file. */
const manyBytes = (random: Random): number => 100_000 + random.below(800_000);

function event(random: Random, bytes: number): EventData {
  const id = random.uuid();
  const type = random.pick(TYPES);
  const metadata = random.chance(0.5) ? { by: random.uuid() } : undefined;
  const about = metadata ? { id, type, metadata } : { id, type };
  if (random.chance(0.1)) {
    const data = new Uint8Array(bytes).fill(random.below(256));
    return binaryEvent({ ...about, data });
  }
  return jsonEvent({ ...about, data: { n: random.below(1e9), text: 'x'.repeat(bytes) } });
}

/** One event mostly, now and then a large one; sometimes a few, rarely a hundred. */
export function events(random: Random): EventData[] {
  if (random.chance(0.7)) return [event(random, random.chance(0.01) ? manyBytes(random) : usualBytes(random))];
  const count = random.chance(0.03) ? 100 : 2 + random.below(8);
  return Array.from({ length: count }, () => event(random, usualBytes(random)));
}
