import { UsageError } from '../../command-line.ts';
import { SETTINGS, type Setting } from './settings.ts';
import { allCells, type Cell } from './workloads.ts';

/** How long each slice is. */
export interface SliceTimes {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Plan {
  readonly settings: readonly Setting[];
  /** Of a service; a workload may be over fewer. */
  readonly accounts: number;
  readonly cells: readonly Cell[];
  readonly rounds: number;
  /** Of the rounds that are counted. */
  readonly times: SliceTimes;
  /** Of the first round, which is for the compilers of all processes, and is not counted. */
  readonly firstTimes: SliceTimes;
  readonly profileDirectory: string | undefined;
}

const FULL = {
  accounts: 10_000,
  rounds: 5,
  times: { warmUpMs: 300, measureMs: 2_000 },
  firstTimes: { warmUpMs: 0, measureMs: 1_000 },
};

/** To open 10,000 accounts, and again for the second setting, would take a good part of the time that is quick. */
const QUICK = {
  accounts: 2_000,
  rounds: 2,
  times: { warmUpMs: 50, measureMs: 250 },
  firstTimes: { warmUpMs: 0, measureMs: 150 },
};

const WORKLOADS = [...new Set(allCells(FULL.accounts).map(({ workload }) => workload.name))];

export const OPTIONS = {
  workload: `one workload only: ${WORKLOADS.join(', ')}`,
  connections: 'one number of connections only',
  at: `one setting only: ${SETTINGS.map(({ name }) => name).join(' or ')}`,
  profile: 'leaves a CPU profile of each process of the ledger, and of row-lock, in this directory',
} as const;

/** @throws UsageError */
export function planFor(quick: boolean, given: Readonly<Record<string, string>>): Plan {
  const { workload, connections, at, profile } = given as Partial<Record<keyof typeof OPTIONS, string>>;
  const settings = SETTINGS.filter(({ name }) => at === undefined || name === at);
  if (settings.length === 0) throw new UsageError(`--at ${at}: ${OPTIONS.at}`);
  const { accounts, ...sizes } = quick ? QUICK : FULL;
  const ofWorkload = allCells(accounts).filter((cell) => workload === undefined || cell.workload.name === workload);
  if (ofWorkload.length === 0) throw new UsageError(`--workload ${workload}: ${OPTIONS.workload}`);
  const cells = ofWorkload.filter((cell) => connections === undefined || String(cell.connections) === connections);
  if (cells.length === 0) {
    const known = [...new Set(ofWorkload.map((cell) => cell.connections))].join(', ');
    throw new UsageError(`--connections ${connections}: there is ${known}`);
  }
  return { settings, cells, accounts: accountsOf(cells), ...sizes, profileDirectory: profile };
}

const accountsOf = (cells: readonly Cell[]): number =>
  Math.max(...cells.flatMap(({ workload, compared }) => [workload.accounts, compared.workload.accounts]));
