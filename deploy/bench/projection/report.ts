import type { DateOrder } from '../histories/past-account.ts';
import { figure, table } from '../table.ts';
import type { ProjectionSample } from './measure-projection.ts';
import type { Plan } from './plan.ts';

export interface Report {
  readonly plan: Plan;
  /** Many accounts, as traffic brings them; undefined: not asked for. */
  readonly many: ProjectionSample | undefined;
  /** One long account each; none where they are not asked for. */
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

export function reportText({ plan, many, long }: Report): string {
  const head = ['events/s', 'goal', '', ...PROCESSES.map((name) => `${name} us`), 'versions s'];
  return [
    `Projecting ${figure(plan.events)} events of ${figure(plan.accounts)} accounts, and one account of ${figure(plan.lines)} lines`,
    '',
    table([
      ['', ...head],
      ...(many ? [rateLine('many accounts', many, GOAL_PER_SECOND)] : []),
      ...long.map(({ order, sample }) => rateLine(`long, ${order}`, sample, undefined)),
    ]),
    '',
    ...(many ? [memoryText(many), '', sizesText(many), ''] : []),
    LEGEND,
  ].join('\n');
}

const LEGEND = `events/s: from the start of the projector until everything is projected; us: CPU time for each event in microseconds;
versions s: from then until every version of the dated histories is made; one in ten, all random: lines of a random date;
growth: the most memory in the second half, in times of the most in the first`;

function rateLine(name: string, sample: ProjectionSample, goal: number | undefined): string[] {
  const { cpuUs, versionsSeconds, missingVersions } = sample;
  const rate = perSecond(sample);
  return [
    name,
    figure(rate),
    ...(goal === undefined ? ['', ''] : [figure(goal), rate >= goal ? 'ok' : 'below']),
    ...PROCESSES.map((process) => figure(cpuUs[process])),
    versionsSeconds === undefined ? `${figure(missingVersions)} missing` : figure(versionsSeconds),
  ];
}

function memoryText({ residentBytes }: ProjectionSample): string {
  const growth = memoryGrowth(residentBytes);
  return table([
    ['of all events', ...residentBytes.map((_, tenth) => `${(tenth + 1) * 10} %`), 'growth', 'goal', ''],
    [
      'projector MB',
      ...residentBytes.map(megabytes),
      growth === undefined ? '-' : growth.toFixed(2),
      GOAL_MEMORY.toFixed(2),
      growth === undefined ? '' : growth <= GOAL_MEMORY ? 'ok' : 'above',
    ],
  ]);
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
export function reportFigures({ plan, many, long }: Report): unknown {
  const figuresOf = (sample: ProjectionSample) => ({ perSecond: perSecond(sample), ...sample });
  return {
    plan,
    goals: { perSecond: GOAL_PER_SECOND, memoryGrowth: GOAL_MEMORY },
    many: many && { ...figuresOf(many), memoryGrowth: memoryGrowth(many.residentBytes) ?? null },
    long: long.map(({ order, sample }) => ({ order, ...figuresOf(sample) })),
  };
}
