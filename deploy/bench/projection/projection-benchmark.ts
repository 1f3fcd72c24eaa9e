import { chmod, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from '../benchmark.ts';
import { startPostgres } from '../commands/contenders/postgres.ts';
import { startTogether } from '../commands/contenders/started.ts';
import { longAccount, longHistory, trafficHistory } from '../histories/histories.ts';
import { DATE_ORDERS } from '../histories/past-account.ts';
import { type PastEvent, writeEvents } from '../histories/write-events.ts';
import { figure } from '../table.ts';
import { measureProjection, type ProjectionSample } from './measure-projection.ts';
import { OPTIONS, planFor } from './plan.ts';
import { type Report, reportFigures, reportText } from './report.ts';

export const projectionBenchmark: Benchmark = {
  measures: 'the projector, from an empty database to the end of a store: many accounts, and a long one',
  options: OPTIONS,
  run,
};

async function run({ quick, directory, progress, given }: BenchmarkOptions): Promise<BenchmarkResult> {
  const plan = planFor(quick, given);
  if (plan.profileDirectory !== undefined) await mkdir(resolve(plan.profileDirectory), { recursive: true });
  // Where this is root, PostgreSQL runs as another user, who has to get through to its own folder.
  await chmod(directory, 0o711);
  return startTogether(async (started) => {
    const postgres = started.add(await startPostgres(join(directory, 'postgres'), progress));

    async function project(database: string, what: string, events: Iterable<PastEvent>): Promise<ProjectionSample> {
      const store = join(directory, database);
      progress(`${what}: writing events`);
      const count = await writeEvents(store, events);
      progress(`${what}: projecting ${figure(count)} events`);
      const sample = await measureProjection({
        directory: store,
        events: count,
        postgres,
        database,
        profileDirectory: plan.profileDirectory,
      });
      await rm(store, { recursive: true });
      return sample;
    }

    const many = plan.parts.includes('many')
      ? await project('many', 'many accounts', trafficHistory(plan.accounts, plan.events))
      : undefined;
    const long: Report['long'][number][] = [];
    for (const [i, order] of plan.parts.includes('long') ? DATE_ORDERS.entries() : []) {
      const account = longAccount({ accountId: `long-${i}`, currency: 'EUR', order });
      const sample = await project(`long_${i}`, `a long account, ${order}`, longHistory(account, plan));
      long.push({ order, sample });
    }
    await started.stop();
    const report = { plan, many, long };
    return { text: reportText(report), figures: reportFigures(report) };
  });
}
