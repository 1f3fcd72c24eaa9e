import { startChild } from '../child-process.ts';
import { profiling } from '../commands/contenders/profiling.ts';
import type { ReadDriver } from '../load/read-driver.ts';
import { originOfChild } from '../services.ts';
import { nowPaths } from './accounts.ts';
import { type Beside, measureBeside } from './measure-beside.ts';
import type { Stage } from './stage.ts';

const BARE = new URL('./bare/server.js', import.meta.url);

export const NOW_CONNECTIONS = 32;
const PATHS = 10_000;

/** Balances now, beside a bare Express route whose answer is as long. */
export async function measureNow({ plan, queryApi, progress }: Stage, driver: ReadDriver): Promise<Beside> {
  progress('balances now');
  const [path] = nowPaths(plan.manyAccounts, 1, 'answer');
  const answer = await fetch(`${originOfChild(queryApi)}${path}`);
  const env = { NODE_ENV: 'production', BARE_PORT: '0', BARE_ANSWER: await answer.text() };
  const bare = await startChild(BARE, env, profiling(plan, 'bare'));
  try {
    return await measureBeside({
      ledger: queryApi,
      other: { port: bare.port, processes: [{ name: 'bare', pid: bare.pid }] },
      driver,
      connections: NOW_CONNECTIONS,
      times: plan.compared,
      pathsOf: (round) => nowPaths(plan.manyAccounts, PATHS, `now-${round}`),
    });
  } finally {
    await bare.stop();
  }
}
