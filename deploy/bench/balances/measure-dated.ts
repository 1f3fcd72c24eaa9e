import { DATE_ORDERS, type DateOrder } from '../histories/past-account.ts';
import { measureReads } from '../load/measure-reads.ts';
import type { ReadDriver } from '../load/read-driver.ts';
import type { Sample } from '../load/sample.ts';
import { accountOf, type BenchAccount, DATE_KINDS, type DateKind, datedPaths } from './accounts.ts';
import type { Stage } from './stage.ts';

/** Dated balances of a short account and of a long one: a slice of each in each round. */
export interface DatedCell {
  readonly order: DateOrder;
  readonly kind: DateKind;
  readonly connections: number;
  readonly short: readonly Sample[];
  readonly long: readonly Sample[];
}

const CONNECTIONS = [1, 32] as const;

/** More than a connection asks for in a slice. */
const PATHS = 4_000;

export async function measureDated(stage: Stage, driver: ReadDriver): Promise<readonly DatedCell[]> {
  const { plan, accounts, queryApi, progress } = stage;
  const { rounds, warmUpMs, measureMs } = plan.dated;
  const cells = CONNECTIONS.flatMap((connections) =>
    DATE_ORDERS.flatMap((order) =>
      DATE_KINDS.map((kind) => ({ order, kind, connections, short: [] as Sample[], long: [] as Sample[] })),
    ),
  );
  for (let round = 0; round <= rounds; round += 1) {
    progress(`dated balances: ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}`);
    for (const { order, kind, connections, short, long } of cells) {
      const measure = async (account: BenchAccount, samples: Sample[]) => {
        const paths = datedPaths(account, kind, PATHS, `${account.accountId}-${kind}-${connections}-${round}`);
        const sample = await measureReads(queryApi, driver, { paths, connections, warmUpMs, measureMs });
        if (round > 0) samples.push(sample);
      };
      const onShort = () => measure(accountOf(accounts, order, plan.shortLines), short);
      const onLong = () => measure(accountOf(accounts, order, plan.longLines), long);
      // Each goes first in every other round, so that neither always has what the other leaves behind.
      for (const turn of round % 2 === 0 ? [onShort, onLong] : [onLong, onShort]) await turn();
    }
  }
  return cells;
}
