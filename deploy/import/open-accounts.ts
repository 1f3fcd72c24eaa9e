import { createSlots } from '@ledger/shared/slots';
import type { Ledger } from './ledger.ts';
import type { Patience } from './patience.ts';

/** Openings under way at one time. */
const concurrency = 32;

/** Accounts remembered as open. Forgetting one costs a request that changes nothing. */
const maxRemembered = 100_000;

/** Undefined: it is open. Else why it can't be opened. */
export type Refusal = string | undefined;

export interface AccountOpener {
  /** Opens an account in `currency` (undefined: the ledger's default) unless it is open; asks the ledger once for each. */
  open(accountId: string, currency: string | undefined): Promise<Refusal>;
}

export function accountOpener(ledger: Ledger, beginPatience: () => Patience): AccountOpener {
  const known = new Map<string, { readonly currency: string | undefined; readonly opening: Promise<Refusal> }>();
  const inSlot = createSlots(concurrency);

  async function attempt(accountId: string, currency: string | undefined): Promise<Refusal> {
    const patience = beginPatience();
    for (;;) {
      const opening = await ledger.openAccount(accountId, currency);
      if (opening.result === 'opened') return undefined;
      if (opening.result === 'refused') return opening.why;
      await patience.pause(opening.why);
    }
  }

  return {
    open(accountId, currency) {
      const before = known.get(accountId);
      if (before && before.currency === currency) return before.opening;
      const tryNow = () => inSlot(() => attempt(accountId, currency));
      // What was refused in another currency may be right in this one.
      const opening = before
        ? before.opening.then((refusal) => (refusal === undefined ? undefined : tryNow()))
        : tryNow();
      known.set(accountId, { currency, opening });
      const [oldest] = known.keys();
      if (known.size > maxRemembered && oldest !== undefined) known.delete(oldest);
      return opening;
    },
  };
}
