import type { Contender, ContenderOptions } from './contenders/contender.ts';
import { startLedger } from './contenders/ledger.ts';
import { startWholeLedger } from './contenders/whole-ledger.ts';

/** In what surroundings the ledger is measured. */
export interface Setting {
  /** What `--at` calls it. */
  readonly name: 'command-api' | 'gateway';
  readonly title: string;
  /** Whether the goals are for this one. */
  readonly hasGoals: boolean;
  start(options: ContenderOptions): Promise<Contender>;
}

export const SETTINGS: readonly Setting[] = [
  {
    name: 'command-api',
    title: "Commands at command-api's own port, with projector and query-api stopped",
    hasGoals: true,
    start: startLedger,
  },
  {
    name: 'gateway',
    title: 'Commands through the gateway, with everything running',
    hasGoals: false,
    start: startWholeLedger,
  },
];
