import { median } from '../median.ts';
import { figure, table } from '../table.ts';
import type { DiskSpeed } from './disk-speed.ts';
import type { Sample } from './measure.ts';
import type { TargetName } from './targets.ts';
import type { Workload } from './workloads.ts';

export interface Row {
  readonly workload: Workload;
  /** One for each round. */
  readonly samples: Readonly<Record<TargetName, readonly Sample[]>>;
}

export interface Report {
  readonly rows: readonly Row[];
  /** One for each round. */
  readonly disk: readonly DiskSpeed[];
  readonly hasServer: boolean;
}

const medianOf = (samples: readonly Sample[], field: keyof Sample): number | undefined => {
  const values = samples.flatMap((sample) => sample[field] ?? []);
  return values.length === 0 ? undefined : median(values);
};

/** The medians, as a table to read. */
export function reportText({ rows, disk, hasServer }: Report): string {
  const head = ['a second', 'goal', 'node', '', "client's ceiling", 'node/ceiling', 'node us', 'client us'];
  const lines = rows.map(({ workload, samples }) => {
    const node = medianOf(samples.node, 'perSecond') ?? 0;
    const ceiling = medianOf(samples.ceiling, 'perSecond') ?? 0;
    const cells = [
      `${workload.name} (${workload.unit})`,
      figure(workload.goal),
      figure(node),
      node < workload.goal ? 'below' : 'ok',
      figure(ceiling),
      (node / ceiling).toFixed(2),
      figure(medianOf(samples.node, 'serverUs')),
      figure(medianOf(samples.node, 'clientUs')),
    ];
    return hasServer ? [...cells, figure(medianOf(samples.server, 'perSecond'))] : cells;
  });
  const flushes = median(disk.map((each) => each.flushes));
  const commits = median(disk.map((each) => each.commits));
  return [
    `Event store node: medians of ${disk.length} rounds`,
    '',
    table([hasServer ? [...head, 'EVENTSTORE_URL'] : head, ...lines]),
    '',
    `the disk takes ${figure(flushes)} flushes/s (4 KiB, fdatasync), and LMDB alone commits ${figure(commits)} times/s`,
    "client's ceiling: the same client against a server without a store, which answers at once from memory",
    'us: microseconds of CPU time that the node, and the client at work on it, use for each append, event or scanned event',
    ...(hasServer ? [] : ['EVENTSTORE_URL=esdb://... measures a real server beside it']),
  ].join('\n');
}

/** Medians and all samples, for a file. */
export function reportFigures({ rows, disk }: Report): unknown {
  return {
    disk,
    rows: rows.map(({ workload, samples }) => ({
      name: workload.name,
      unit: workload.unit,
      goal: workload.goal,
      median: {
        node: medianOf(samples.node, 'perSecond'),
        ceiling: medianOf(samples.ceiling, 'perSecond'),
        server: medianOf(samples.server, 'perSecond'),
      },
      samples,
    })),
  };
}
