import { UsageError } from '../../command-line.ts';

export interface Plan {
  /** Of the accounts together, their openings and first deposits among them. */
  readonly events: number;
  readonly accounts: number;
  /** Of each long account. */
  readonly lines: number;
  readonly parts: readonly Part[];
  readonly profileDirectory: string | undefined;
}

/** Many accounts, as traffic brings them, and long ones. */
export const PARTS = ['many', 'long'] as const;
export type Part = (typeof PARTS)[number];

type Sizes = Omit<Plan, 'parts' | 'profileDirectory'>;

const FULL: Sizes = { events: 1_000_000, accounts: 10_000, lines: 1_000_000 };
const QUICK: Sizes = { events: 60_000, accounts: 2_000, lines: 10_000 };

export const OPTIONS = {
  events: `how many events are projected, and lines of each long account; ${FULL.events} unless told`,
  accounts: `over how many accounts; ${FULL.accounts} unless told`,
  part: `one part only: ${PARTS.join(' or ')} accounts`,
  profile: 'leaves a CPU profile of each projector and node in this directory',
} as const;

/** @throws UsageError */
export function planFor(quick: boolean, given: Readonly<Record<string, string>>): Plan {
  const plan = quick ? QUICK : FULL;
  const { events, accounts, part, profile } = given as Partial<Record<keyof typeof OPTIONS, string>>;
  const parts = PARTS.filter((name) => part === undefined || name === part);
  if (parts.length === 0) throw new UsageError(`--part ${part}: ${OPTIONS.part}`);
  const asked = {
    ...plan,
    parts,
    profileDirectory: profile,
    ...(events === undefined ? {} : { events: count('events', events), lines: count('events', events) }),
    ...(accounts === undefined ? {} : { accounts: count('accounts', accounts) }),
  };
  if (asked.events < 2 * asked.accounts) {
    throw new UsageError(`--events ${asked.events}: each of ${asked.accounts} accounts has two at least`);
  }
  return asked;
}

function count(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} ${text}: expected a whole number from 1 on`);
}
