import { chmod, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from '../benchmark.ts';
import { createBook } from './book.ts';
import { FUNDS_MINOR } from './commands.ts';
import { startRowLock } from './contenders/row-lock.ts';
import { startTogether } from './contenders/started.ts';
import { startDriver } from './driver/driver.ts';
import { measureSetting } from './measure-setting.ts';
import { OPTIONS, planFor } from './plan.ts';
import { type MeasuredSetting, reportFigures, reportText } from './report.ts';

export const commandsBenchmark: Benchmark = {
  measures: 'commands, beside the service with locked rows that a team would otherwise write',
  options: OPTIONS,
  run,
};

async function run({ quick, directory, progress, given }: BenchmarkOptions): Promise<BenchmarkResult> {
  const plan = planFor(quick, given);
  const { accounts, profileDirectory } = plan;
  if (profileDirectory !== undefined) await mkdir(resolve(profileDirectory), { recursive: true });
  // Where this is root, PostgreSQL runs as another user, who has to get through to its own folder.
  await chmod(directory, 0o711);
  return startTogether(async (started) => {
    progress(`row-lock: opening ${accounts} accounts`);
    const contender = started.add(await startRowLock({ directory, accounts, profileDirectory, progress }));
    const rowLock = { contender, book: createBook(accounts, FUNDS_MINOR) };
    const driver = started.add(startDriver());
    const measured: MeasuredSetting[] = [];
    for (const setting of plan.settings) {
      measured.push(await measureSetting(setting, { plan, rowLock, driver, directory, progress }));
    }
    await started.stop();
    return { text: reportText(measured), figures: reportFigures(measured) };
  });
}
