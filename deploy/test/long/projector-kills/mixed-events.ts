import type { EventStore } from '@ledger/shared/event-store/event-store';
import { type AccountHistory, accountHistory, appendHistory } from '../../account-history.fixture.ts';

const day = 86_400_000;
const opened = Date.parse('2026-01-01T00:00:00Z');
const currencies = [
  ['EUR', 2],
  ['JPY', 0],
  ['KWD', 3],
] as const;

/** Events of everything that there is, a few of each at a time: a batch of ten has some of each. */
export interface MixedEvents {
  /** Appends about ten events: an opening, and more for the accounts opened before. */
  append(): Promise<void>;
  readonly histories: readonly AccountHistory[];
}

export function mixedEvents(store: EventStore): MixedEvents {
  const histories: AccountHistory[] = [];
  let clock = opened;
  const now = () => clock++;
  return {
    histories,
    async append() {
      const round = histories.length;
      const [currency, decimals] = currencies[round % currencies.length] ?? currencies[0];
      histories.push(accountHistory(`account-${round}`, now(), currency, decimals));
      const changed = histories.slice(-3);
      for (const [index, history] of changed.entries()) {
        history.transact(100n, clock, now());
        history.transact(-30n, opened - ((round * 7 + index) % 40) * day, now());
        if (index === 1) history.transact(-(10n ** 20n), clock, now());
      }
      if (round % 4 === 0) changed[0]?.unknown(now());
      for (const history of changed) await appendHistory(store, history);
    },
  };
}
