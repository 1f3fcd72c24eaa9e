import type { NamedProcess } from '../../load/sample.ts';
import type { AccountTotals } from '../book.ts';

/** A running service that takes the commands. Its accounts are open and hold their funds. */
export interface Contender {
  readonly name: 'ledger' | 'row-lock';
  /** Where commands are sent to. */
  readonly port: number;
  /** What runs for it. */
  readonly processes: readonly NamedProcess[];
  /** Resolves when it has nothing left to do for what it has answered. */
  settle(): Promise<void>;
  /** What its accounts hold, as it has them on disk, in the order of their numbers. */
  totals(): Promise<readonly AccountTotals[]>;
  stop(): Promise<void>;
}

export interface ContenderOptions {
  /** An empty one of its own, which it may make folders in. */
  readonly directory: string;
  readonly accounts: number;
  /** Where the Node processes leave CPU profiles of their whole lives; undefined: none. */
  readonly profileDirectory: string | undefined;
  readonly progress: (line: string) => void;
}
