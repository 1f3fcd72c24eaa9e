import type { AllStreamSubscription, ResolvedEvent, StreamSubscription } from '@eventstore/db-client';
import { type Journal, journalled } from '../journal.ts';

const EVENT = Symbol('event');

/**
 * A journal in which events are only counted, as the record has it where they are many: `confirmation after 0`,
 * `caughtUp after 700`, errors as `{ after, error }`, in the end `${total} 700`.
 * @param counts which events are counted; default: all
 */
export async function counted(
  subscription: StreamSubscription | AllStreamSubscription,
  total: 'total' | 'received',
  during: (journal: Journal) => Promise<unknown>,
  counts: (resolved: ResolvedEvent) => boolean = () => true,
): Promise<unknown[]> {
  const lines = await journalled(subscription, (resolved) => (counts(resolved) ? EVENT : undefined), during);
  const told: unknown[] = [];
  let received = 0;
  for (const line of lines) {
    if (line === EVENT) received += 1;
    else told.push(line instanceof Error ? { after: received, error: line } : `${line} after ${received}`);
  }
  return [...told, `${total} ${received}`];
}
