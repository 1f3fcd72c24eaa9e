import type { WithdrawalRefused } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';

type Refusal = Pick<WithdrawalRefused, 'reason' | 'shortfall' | 'firstNegativeAt'>;

/** An account's balance at the end of every instant at which it moved: two plain lists, as slow as they are plain. */
export interface Balances {
  /** Answers the first instant at whose end the balance is negative by this movement; undefined where there is none. */
  add(at: Instant, delta: bigint): Instant | undefined;
  /** Why a withdrawal has to be refused; undefined where it must not be. */
  refusal(amount: bigint, at: Instant): Refusal | undefined;
  current(): bigint;
  /** The latest instant at which it moved; null before it did. */
  latest(): Instant | null;
}

export function createBalances(): Balances {
  const instants: Instant[] = [];
  const balances: bigint[] = [];
  const current = () => balances.at(-1) ?? 0n;

  /** How many instants lie before `at`. */
  function before(at: Instant): number {
    let count = instants.length;
    while (count > 0 && (instants[count - 1] ?? 0) >= at) count -= 1;
    return count;
  }

  return {
    add(at, delta) {
      const place = before(at);
      if (instants[place] !== at) {
        instants.splice(place, 0, at);
        balances.splice(place, 0, balances[place - 1] ?? 0n);
      }
      let negativeAt: Instant | undefined;
      for (let later = place; later < balances.length; later += 1) {
        const balance = (balances[later] ?? 0n) + delta;
        balances[later] = balance;
        if (balance < 0n) negativeAt ??= instants[later];
      }
      return negativeAt;
    },
    refusal(amount, at) {
      if (current() < amount) {
        return { reason: 'insufficient-funds', shortfall: amount - current(), firstNegativeAt: null };
      }
      const place = before(at);
      const reason = 'insufficient-funds-at-date';
      const asOf = (instants[place] === at ? balances[place] : balances[place - 1]) ?? 0n;
      if (asOf < amount) return { reason, shortfall: amount - asOf, firstNegativeAt: at };
      for (let later = place; later < balances.length; later += 1) {
        const balance = balances[later] ?? 0n;
        const firstNegativeAt = instants[later];
        if (balance < amount && firstNegativeAt !== undefined) {
          return { reason, shortfall: amount - balance, firstNegativeAt };
        }
      }
      return undefined;
    },
    current,
    latest: () => instants.at(-1) ?? null,
  };
}
