import { binaryEvent, type EventData, jsonEvent } from '@eventstore/db-client';
import type { Random } from './random.ts';

export const TYPES = ['Opened', 'Painted', 'Moved', 'Closed'] as const;

/** Mostly small, now and then larger than a page of the store's file, or of many such pages. */
function size(random: Random): number {
  if (random.chance(0.01)) return 100_000 + random.below(200_000);
  return random.chance(0.1) ? 2_000 + random.below(8_000) : random.below(400);
}

function event(random: Random): EventData {
  const id = random.uuid();
  const type = random.pick(TYPES);
  const metadata = random.chance(0.5) ? { by: random.uuid() } : undefined;
  const about = metadata ? { id, type, metadata } : { id, type };
  if (random.chance(0.1)) {
    const data = new Uint8Array(size(random)).fill(random.below(256));
    return binaryEvent({ ...about, data });
  }
  return jsonEvent({ ...about, data: { n: random.below(1e9), text: 'x'.repeat(size(random)) } });
}

/** One event mostly, sometimes a few, rarely a hundred. */
export function events(random: Random): EventData[] {
  if (random.chance(0.7)) return [event(random)];
  const count = random.chance(0.03) ? 100 : 2 + random.below(8);
  return Array.from({ length: count }, () => event(random));
}
