import { chmod, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from '../benchmark.ts';
import { startTogether } from '../commands/contenders/started.ts';
import { startReadDriver } from '../load/read-driver.ts';
import { measureBackdated } from './measure-backdated.ts';
import { measureDated } from './measure-dated.ts';
import { measureNow } from './measure-now.ts';
import { measureSummed } from './measure-summed.ts';
import { OPTIONS, type Part, planFor } from './plan.ts';
import { reportFigures, reportText } from './report.ts';
import { prepareStage } from './stage.ts';

export const balancesBenchmark: Benchmark = {
  measures: 'balances: what a date costs on long accounts, beside a sum; now, beside a bare Express route',
  options: OPTIONS,
  run,
};

async function run({ quick, directory, progress, given }: BenchmarkOptions): Promise<BenchmarkResult> {
  const plan = planFor(quick, given);
  if (plan.profileDirectory !== undefined) await mkdir(resolve(plan.profileDirectory), { recursive: true });
  // Where this is root, PostgreSQL runs as another user, who has to get through to its own folder.
  await chmod(directory, 0o711);
  return startTogether(async (started) => {
    const stage = await prepareStage({ plan, directory, progress }, started);
    const driver = started.add(startReadDriver());
    const asked = async <T>(part: Part, measure: () => Promise<T>) =>
      plan.parts.includes(part) ? await measure() : undefined;
    const report = {
      plan,
      now: await asked('now', () => measureNow(stage, driver)),
      summed: await asked('summed', () => measureSummed(stage, driver)),
      dated: await asked('dated', () => measureDated(stage, driver)),
      // Last: it makes the accounts longer.
      backdated: await asked('backdated', () => measureBackdated(stage)),
    };
    await started.stop();
    return { text: reportText(report), figures: reportFigures(report) };
  });
}
