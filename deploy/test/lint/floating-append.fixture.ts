import type { EventStore } from '@ledger/shared/event-store/event-store';

/** Wrong on purpose: it answers before the event is on disk, and a failure ends the process. The linter must say so. */
export function acknowledgeTooEarly(store: EventStore): string {
  store.append('account-alice', [], 'any', 1_000);
  return 'recorded';
}
