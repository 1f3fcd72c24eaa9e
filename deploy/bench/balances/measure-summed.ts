import { startChild } from '../child-process.ts';
import { profiling } from '../commands/contenders/profiling.ts';
import { withDatabase } from '../databases.ts';
import type { ReadDriver } from '../load/read-driver.ts';
import { originOfChild } from '../services.ts';
import { figure } from '../table.ts';
import { accountOf, datedPaths, SUMMED_ORDER } from './accounts.ts';
import { type Beside, measureBeside } from './measure-beside.ts';
import type { Stage } from './stage.ts';
import { fillSummingTable } from './summing/table.ts';

const SUMMING = new URL('./summing/server.js', import.meta.url);

export const SUMMED_CONNECTIONS = 32;
const PATHS = 10_000;
const COMPARED_ANSWERS = 20;

export interface SummedCell extends Beside {
  readonly lines: number;
  readonly goal: number | undefined;
}

/** Dated balances, beside a service that sums an indexed table on the same PostgreSQL. */
export async function measureSummed(stage: Stage, driver: ReadDriver): Promise<readonly SummedCell[]> {
  const { plan, accounts, postgres, urls, queryApi, progress } = stage;
  const compared = plan.summed.map((cell) => ({ ...cell, account: accountOf(accounts, SUMMED_ORDER, cell.lines) }));
  progress('filling the table that is summed');
  await withDatabase(urls.databaseUrl, async (database) => {
    await fillSummingTable(
      database,
      compared.map(({ account }) => account.accountId),
    );
    // As autovacuum would in a minute or two: the sum then reads the index alone.
    await database.query('VACUUM ANALYZE summing.lines');
  });
  const env = { NODE_ENV: 'production', DATABASE_URL: urls.databaseUrl, SUMMING_PORT: '0' };
  const summing = await startChild(SUMMING, env, profiling(plan, 'summing'));
  try {
    const processes = [
      { name: 'summing', pid: summing.pid },
      { name: 'PostgreSQL', pid: postgres.pid },
    ];
    const cells: SummedCell[] = [];
    for (const { lines, goal, account } of compared) {
      progress(`dated balances beside sums of ${figure(lines)} lines`);
      const paths = datedPaths(account, 'at', COMPARED_ANSWERS, `same-${lines}`);
      await expectSameBalances(paths, originOfChild(queryApi), originOfChild(summing));
      const beside = await measureBeside({
        ledger: queryApi,
        other: { port: summing.port, processes },
        driver,
        connections: SUMMED_CONNECTIONS,
        times: plan.compared,
        pathsOf: (round) => datedPaths(account, 'at', PATHS, `summed-${lines}-${round}`),
      });
      cells.push({ lines, goal, ...beside });
    }
    return cells;
  } finally {
    await summing.stop();
  }
}

/** @throws Error where two services disagree: then one of them is fast because it is wrong */
async function expectSameBalances(paths: readonly string[], ...origins: readonly string[]): Promise<void> {
  for (const path of paths) {
    const balances = await Promise.all(origins.map((origin) => balanceAt(`${origin}${path}`)));
    if (new Set(balances).size !== 1) throw new Error(`${path} is answered with ${balances.join(' and with ')}`);
  }
}

async function balanceAt(url: string): Promise<unknown> {
  const answer = await fetch(url);
  const body: unknown = await answer.json();
  if (typeof body === 'object' && body !== null && 'balance' in body) return body.balance;
  throw new Error(`${url} is answered without a balance: ${JSON.stringify(body)}`);
}
