import { UsageError } from '../../command-line.ts';

export interface Plan {
  readonly accounts: number;
  readonly perSecond: number;
  /** Load before the measured time. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly at: Entrance;
  readonly profileDirectory: string | undefined;
}

/** Where the commands are sent to. Queries are sent to query-api's own port. */
const ENTRANCES = ['gateway', 'command-api'] as const;
export type Entrance = (typeof ENTRANCES)[number];

const FULL = { accounts: 1_000, perSecond: 1_000, warmUpMs: 3_000, measureMs: 30_000 };
const QUICK = { ...FULL, warmUpMs: 1_000, measureMs: 5_000 };

export const OPTIONS = {
  rate: `commands a second; ${FULL.perSecond} unless told`,
  at: `where the commands are sent to, ${ENTRANCES.join(' or ')}; ${ENTRANCES[0]} unless told`,
  profile: 'leaves a CPU profile of each process of the ledger in this directory',
} as const;

/** @throws UsageError */
export function planFor(quick: boolean, given: Readonly<Record<string, string>>): Plan {
  const { rate, at = ENTRANCES[0], profile } = given as Partial<Record<keyof typeof OPTIONS, string>>;
  const entrance = ENTRANCES.find((name) => name === at);
  if (!entrance) throw new UsageError(`--at ${at}: ${OPTIONS.at}`);
  const sizes = quick ? QUICK : FULL;
  const perSecond = rate === undefined ? sizes.perSecond : Number(rate);
  if (!Number.isInteger(perSecond) || perSecond < 1 || perSecond > 100_000) {
    throw new UsageError(`--rate ${rate}: expected a whole number from 1 to 100,000`);
  }
  return { ...sizes, perSecond, at: entrance, profileDirectory: profile };
}
