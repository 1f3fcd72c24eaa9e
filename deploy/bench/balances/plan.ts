import { UsageError } from '../../command-line.ts';

/** How long slices are, and how many rounds of them are counted; one more comes first, for all compilers. */
export interface Times {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Plan {
  /** Lines of the accounts whose costs are compared. */
  readonly shortLines: number;
  readonly longLines: number;
  /** Accounts of these lengths are compared with a sum; how many times as fast they are to be, where that is a goal. */
  readonly summed: readonly { readonly lines: number; readonly goal: number | undefined }[];
  /** Whose balance now is asked for. */
  readonly manyAccounts: number;
  readonly dated: Times;
  /** Of what is compared with another service. */
  readonly compared: Times;
  readonly backdated: BackdatedTimes;
  readonly parts: readonly Part[];
  readonly profileDirectory: string | undefined;
}

export interface BackdatedTimes {
  readonly rounds: number;
  /** Lines of each account in a round. */
  readonly lines: number;
  readonly apartMs: number;
}

export const PARTS = ['dated', 'now', 'summed', 'backdated'] as const;
export type Part = (typeof PARTS)[number];

type Sizes = Omit<Plan, 'parts' | 'profileDirectory'>;

const FULL: Sizes = {
  shortLines: 1_000,
  longLines: 1_000_000,
  summed: [
    { lines: 10_000, goal: 1.5 },
    { lines: 1_000_000, goal: 20 },
  ],
  manyAccounts: 1_000,
  dated: { rounds: 5, warmUpMs: 50, measureMs: 500 },
  compared: { rounds: 5, warmUpMs: 300, measureMs: 2_000 },
  backdated: { rounds: 8, lines: 64, apartMs: 20 },
};

const QUICK: Sizes = {
  shortLines: 1_000,
  longLines: 10_000,
  summed: [{ lines: 10_000, goal: 1.5 }],
  manyAccounts: 100,
  dated: { rounds: 1, warmUpMs: 10, measureMs: 60 },
  compared: { rounds: 2, warmUpMs: 50, measureMs: 250 },
  backdated: { rounds: 1, lines: 32, apartMs: 10 },
};

export const OPTIONS = {
  part: `one part only: ${PARTS.join(', ')}`,
  lines: `lines of the longest accounts; ${FULL.longLines} unless told`,
  profile:
    'leaves a CPU profile of the query API, of the projector and of what they are compared with in this directory',
} as const;

/** @throws UsageError */
export function planFor(quick: boolean, given: Readonly<Record<string, string>>): Plan {
  const { part, lines, profile } = given as Partial<Record<keyof typeof OPTIONS, string>>;
  const parts = PARTS.filter((name) => part === undefined || name === part);
  if (parts.length === 0) throw new UsageError(`--part ${part}: ${OPTIONS.part}`);
  const sizes = quick ? QUICK : FULL;
  return { ...sizes, ...(lines === undefined ? {} : ofLength(sizes, lines)), parts, profileDirectory: profile };
}

/** What is to be reached on an account of a planned length is nothing to be reached on another. */
function ofLength({ shortLines, summed }: Sizes, text: string): Pick<Sizes, 'longLines' | 'summed'> {
  const longLines = Number(text);
  if (!/^\d{1,8}$/.test(text) || longLines <= shortLines) {
    throw new UsageError(`--lines ${text}: expected a whole number above ${shortLines}`);
  }
  const planned = summed.filter(({ lines }) => lines <= longLines);
  const isPlanned = planned.some(({ lines }) => lines === longLines);
  return { longLines, summed: isPlanned ? planned : [...planned, { lines: longLines, goal: undefined }] };
}
