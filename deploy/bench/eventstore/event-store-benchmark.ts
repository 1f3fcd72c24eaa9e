import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from '../benchmark.ts';
import { type DiskSpeed, measureDisk } from './disk-speed.ts';
import { measure, type Sample } from './measure.ts';
import { reportFigures, reportText } from './report.ts';
import { startTargets, type TargetName } from './targets.ts';
import { WORKLOADS, type WorkloadSize } from './workloads.ts';

interface Plan extends WorkloadSize {
  readonly rounds: number;
  readonly dataSetEvents: number;
  readonly diskMs: number;
}

const FULL: Plan = { rounds: 5, dataSetEvents: 480_000, readEvents: 200_000, appendMs: 4_000, diskMs: 1_000 };
const QUICK: Plan = { rounds: 3, dataSetEvents: 96_000, readEvents: 50_000, appendMs: 1_000, diskMs: 300 };

/** The first round is for the compilers of both processes; it is shorter, and not counted. */
const WARM_UP: Plan = { ...QUICK, rounds: 1, readEvents: 20_000, appendMs: 500, diskMs: 100 };

export const eventStoreBenchmark: Benchmark = {
  measures: 'the embedded event store node: appends, reads and filtered subscriptions through the official client',
  run,
};

async function run({ quick, directory, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const plan = quick ? QUICK : FULL;
  const store = join(directory, 'store');
  await mkdir(store);
  // A real server may have been measured before.
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const serverUrl = process.env['EVENTSTORE_URL'];
  progress(`writing ${plan.dataSetEvents} events`);
  const targets = await startTargets({ directory: store, prefix, dataSetEvents: plan.dataSetEvents, serverUrl });
  try {
    const rows = WORKLOADS.map((workload) => {
      const samples: Record<TargetName, Sample[]> = { node: [], ceiling: [], server: [] };
      return { workload, samples };
    });
    const disk: DiskSpeed[] = [];
    for (let round = 0; round <= plan.rounds; round += 1) {
      progress(round === 0 ? 'warming up' : `round ${round} of ${plan.rounds}`);
      const size = round === 0 ? WARM_UP : plan;
      const speed = await measureDisk(directory, size.diskMs);
      if (round > 0) disk.push(speed);
      for (const [number, { workload, samples }] of rows.entries()) {
        // One after another within the round, so that whatever else the machine does hits all alike.
        for (const target of targets) {
          const sample = await measure(target, workload, `${prefix}-${round}-${number}`, size);
          if (round > 0) samples[target.name].push(sample);
        }
      }
    }
    const report = { rows, disk, hasServer: serverUrl !== undefined };
    return { text: reportText(report), figures: reportFigures(report) };
  } finally {
    for (const target of targets) await target.stop();
  }
}
