import type { DateOrder } from '../histories/past-account.ts';
import { figure, table } from '../table.ts';
import type { ProjectionSample } from './measure-projection.ts';
import type { Plan } from './plan.ts';

export interface Report {
  readonly plan: Plan;
  /** Many accounts, as traffic brings them. */
  readonly traffic: ProjectionSample;
  /** One long account each. */
  readonly long: readonly { readonly order: DateOrder; readonly sample: ProjectionSample }[];
}

const PROCESSES = ['projector', 'node', 'PostgreSQL'] as const;
const GOAL_PER_SECOND = 20_000;

/** Memory is flat where the second half takes at most so many times what the first half takes at its most. */
const GOAL_MEMORY = 1.25;

const megabytes = (bytes: number | undefined) => figure(bytes === undefined ? undefined : bytes / 1e6);

export const perSecond = ({ events, seconds }: ProjectionSample): number => events / seconds;

/** The most of the second half, in times of the most of the first; undefined where memory can't be told. */
export function memoryGrowth(residentBytes: readonly (number | undefined)[]): number | undefined {
  const known = residentBytes.flatMap((bytes) => bytes ?? []);
  if (known.length === 0 || known.length < residentBytes.length) return undefined;
  const half = residentBytes.length >> 1;
  return Math.max(...known.slice(half)) / Math.max(...known.slice(0, half));
}

export function reportText({ plan, traffic, long }: Report): string {
  const rate = perSecond(traffic);
  const growth = memoryGrowth(traffic.residentBytes);
  const cpu = ({ cpuUs }: ProjectionSample) => PROCESSES.map((name) => figure(cpuUs[name]));
  const versions = ({ versionsSeconds, missingVersions }: ProjectionSample) =>
    versionsSeconds === undefined ? `${figure(missingVersions)} missing` : figure(versionsSeconds);
  const head = ['events/s', 'goal', '', ...PROCESSES.map((name) => `${name} us`), 'versions s'];
  return [
    `Projecting ${figure(traffic.events)} events of ${figure(plan.accounts)} accounts, and one account of ${figure(plan.lines)} lines`,
    '',
    table([
      ['', ...head],
      [
        'many accounts',
        figure(rate),
        figure(GOAL_PER_SECOND),
        rate >= GOAL_PER_SECOND ? 'ok' : 'below',
        ...cpu(traffic),
        versions(traffic),
      ],
      ...long.map(({ order, sample }) => [
        `long, ${order}`,
        figure(perSecond(sample)),
        '',
        '',
        ...cpu(sample),
        versions(sample),
      ]),
    ]),
    '',
    table([
      ['of all events', ...traffic.residentBytes.map((_, tenth) => `${(tenth + 1) * 10} %`), 'growth', 'goal', ''],
      [
        'projector MB',
        ...traffic.residentBytes.map(megabytes),
        growth === undefined ? '-' : growth.toFixed(2),
        GOAL_MEMORY.toFixed(2),
        growth === undefined ? '' : growth <= GOAL_MEMORY ? 'ok' : 'above',
      ],
    ]),
    '',
    sizesText(traffic),
    '',
    'events/s: from the start of the projector until everything is projected; us: CPU time for each event in microseconds;',
    'versions s: from then until every version of the dated histories is made; one in ten, all random: lines of a random date;',
    'growth: the most memory in the second half, in times of the most in the first',
  ].join('\n');
}

function sizesText({ tables, events }: ProjectionSample): string {
  const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const line = (name: string, bytes: number, indexBytes: number) => [
    name,
    megabytes(bytes),
    megabytes(indexBytes),
    figure(bytes / events),
  ];
  return table([
    ['in PostgreSQL', 'MB', 'of them indexes', 'bytes an event'],
    ...tables.map(({ table, bytes, indexBytes }) => line(table, bytes, indexBytes)),
    line(
      'all',
      total,
      tables.reduce((sum, { indexBytes }) => sum + indexBytes, 0),
    ),
  ]);
}

/** Everything that was measured, for a file. */
export function reportFigures({ plan, traffic, long }: Report): unknown {
  const figuresOf = (sample: ProjectionSample) => ({ perSecond: perSecond(sample), ...sample });
  return {
    plan,
    goals: { perSecond: GOAL_PER_SECOND, memoryGrowth: GOAL_MEMORY },
    traffic: { ...figuresOf(traffic), memoryGrowth: memoryGrowth(traffic.residentBytes) ?? null },
    long: long.map(({ order, sample }) => ({ order, ...figuresOf(sample) })),
  };
}
