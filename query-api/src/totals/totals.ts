import type { Pool } from '@ledger/shared/database/pool';
import { withSnapshot } from '@ledger/shared/database/transaction';
import { afterInstant } from '@ledger/shared/dated-tree/dated-tree';
import { unpackNode } from '@ledger/shared/dated-tree/packed-node';
import { storedNodes } from '@ledger/shared/dated-tree/stored-nodes';
import { sumBefore } from '@ledger/shared/dated-tree/sum-before';
import { type Instant, latestInstant } from '@ledger/shared/time';

/** The sum of the balances of all accounts of a currency, in minor units. */
export interface Total {
  readonly currency: string;
  readonly decimals: number;
  readonly amount: bigint;
}

export interface Totals {
  /** One a currency that has had a deposit, in the order of codes. */
  readonly totals: readonly Total[];
  /** Of the projection, as of which they are; null before its first event. */
  readonly position: bigint | null;
  readonly generation: number;
}

/** As of `at`, lines of that very instant included; undefined: now. */
export async function readTotals(pool: Pool, at: Instant = latestInstant): Promise<Totals> {
  // Nodes of totals are replaced: what a root leads to is there only in the same snapshot.
  return withSnapshot(pool, async (tx) => {
    const checkpoint = await tx.query<{ position: bigint | null; generation: number }>({
      name: 'projected',
      text: 'SELECT position, generation FROM projection_checkpoint',
    });
    const { rows } = await tx.query<{ currency: string; decimals: number; root: Buffer }>({
      name: 'totals',
      text: 'SELECT currency, decimals, root FROM totals ORDER BY currency, decimals',
    });
    const nodes = storedNodes(tx, 'totals_nodes');
    const totals = await Promise.all(
      rows.map(async ({ currency, decimals, root }) => {
        const { sum } = await sumBefore(unpackNode(root), afterInstant(at), nodes);
        return { currency, decimals, amount: sum };
      }),
    );
    const [{ position, generation } = { position: null, generation: 0 }] = checkpoint.rows;
    return { totals: oneOfEachCurrency(totals), position, generation };
  });
}

/**
 * Accounts of one currency that were opened with different decimals: the amount is shown with the larger number.
 * @param totals in the order of currencies and decimals
 */
function oneOfEachCurrency(totals: readonly Total[]): readonly Total[] {
  const byCurrency = new Map<string, Total>();
  for (const total of totals) {
    const fewer = byCurrency.get(total.currency);
    const amount = fewer ? fewer.amount * 10n ** BigInt(total.decimals - fewer.decimals) : 0n;
    byCurrency.set(total.currency, { ...total, amount: amount + total.amount });
  }
  return [...byCurrency.values()];
}
