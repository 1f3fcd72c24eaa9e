import { measureReads, type ReadService } from '../load/measure-reads.ts';
import type { ReadDriver } from '../load/read-driver.ts';
import type { Sample } from '../load/sample.ts';
import type { Times } from './plan.ts';

/** The query API beside a service that it is compared with: a slice of each in each round. */
export interface Beside {
  readonly ledger: readonly Sample[];
  readonly other: readonly Sample[];
}

export interface BesideOptions {
  readonly ledger: ReadService;
  readonly other: ReadService;
  readonly driver: ReadDriver;
  readonly connections: number;
  readonly times: Times;
  /** What both are asked for in a round. */
  readonly pathsOf: (round: number) => readonly string[];
}

export async function measureBeside(options: BesideOptions): Promise<Beside> {
  const { driver, connections, times, pathsOf } = options;
  const { rounds, warmUpMs, measureMs } = times;
  const samples = { ledger: [] as Sample[], other: [] as Sample[] };
  for (let round = 0; round <= rounds; round += 1) {
    const paths = pathsOf(round);
    // Each goes first in every other round, so that neither always has what the other leaves behind.
    for (const side of round % 2 === 0 ? (['ledger', 'other'] as const) : (['other', 'ledger'] as const)) {
      const sample = await measureReads(options[side], driver, { paths, connections, warmUpMs, measureMs });
      if (round > 0) samples[side].push(sample);
    }
  }
  return samples;
}
