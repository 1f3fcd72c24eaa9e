import { chmod, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from '../benchmark.ts';
import { compareTotals, createBook } from '../commands/book.ts';
import { FUNDS_MINOR } from '../commands/commands.ts';
import { startTogether } from '../commands/contenders/started.ts';
import { startWholeLedger } from '../commands/contenders/whole-ledger.ts';
import { DRIVER, watchCpu } from '../load/sample.ts';
import { startWorker } from '../load/worker.ts';
import type { PacedOrder, PacedResult } from './paced-load.ts';
import { OPTIONS, planFor } from './plan.ts';
import { reportFigures, reportText } from './report.ts';

export const lagBenchmark: Benchmark = {
  measures: 'how far reads are behind commands, with everything running, at a steady rate of commands',
  options: OPTIONS,
  run,
};

async function run({ quick, directory, progress, given }: BenchmarkOptions): Promise<BenchmarkResult> {
  const plan = planFor(quick, given);
  const { accounts, perSecond, warmUpMs, measureMs, at, profileDirectory } = plan;
  if (profileDirectory !== undefined) await mkdir(resolve(profileDirectory), { recursive: true });
  // Where this is root, PostgreSQL runs as another user, who has to get through to its own folder.
  await chmod(directory, 0o711);
  return startTogether(async (started) => {
    progress(`opening ${accounts} accounts`);
    const ledger = started.add(await startWholeLedger({ directory, accounts, profileDirectory, progress }));
    const driver = started.add(
      startWorker<PacedOrder, PacedResult>(new URL('./lag-driver-process.js', import.meta.url)),
    );
    progress(`${perSecond} commands a second for ${(warmUpMs + measureMs) / 1_000} s`);
    const cpuSince = watchCpu(ledger.processes);
    const result = await driver.run({
      commandPort: at === 'gateway' ? ledger.port : ledger.commandApiPort,
      queryPort: ledger.queryApiPort,
      accounts,
      perSecond,
      warmUpMs,
      measureMs,
    });
    const cpu = [...cpuSince(), { name: DRIVER, ms: result.driverCpuMs }];
    progress('comparing balances');
    await ledger.settle();
    const book = createBook(accounts, FUNDS_MINOR);
    book.add(result.acknowledged);
    compareTotals('ledger', book, await ledger.totals());
    await started.stop();
    const report = { plan, result, cpu };
    return { text: reportText(report), figures: reportFigures(report) };
  });
}
