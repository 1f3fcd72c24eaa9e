import type { Benchmark, BenchmarkOptions, BenchmarkResult } from '../benchmark.ts';
import { compareTotals, createBook } from '../commands/book.ts';
import { FUNDS_MINOR } from '../commands/commands.ts';
import { startCommandApi, startLedger } from '../commands/contenders/ledger.ts';
import { startTogether } from '../commands/contenders/started.ts';
import { startDriver } from '../commands/driver/driver.ts';
import type { SliceTimes } from '../commands/plan.ts';
import { type Fighter, type FightSample, measureFight } from './measure-fight.ts';
import { reportFigures, reportText } from './report.ts';

export const instancesBenchmark: Benchmark = {
  measures: 'one, two and three instances of command-api that write to one account at the same time',
  run,
};

interface Plan {
  readonly rounds: number;
  readonly times: SliceTimes;
}

const FULL: Plan = { rounds: 5, times: { warmUpMs: 500, measureMs: 3_000 } };
const QUICK: Plan = { rounds: 2, times: { warmUpMs: 300, measureMs: 1_000 } };
const MOST_INSTANCES = 3;

async function run({ quick, directory, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const { rounds, times } = quick ? QUICK : FULL;
  return startTogether(async (started) => {
    const children = { profileDirectory: undefined, progress };
    const ledger = started.add(await startLedger({ ...children, directory, accounts: 1 }));
    const book = createBook(1, FUNDS_MINOR);
    const fighters: Fighter[] = [{ port: ledger.port, driver: started.add(startDriver()) }];
    while (fighters.length < MOST_INSTANCES) {
      const { port } = started.add(await startCommandApi(ledger.eventStoreUrl, children));
      fighters.push({ port, driver: started.add(startDriver()) });
    }
    const fights = fighters.map((_, at) => ({ instances: at + 1, samples: [] as FightSample[] }));
    // The first round is for the compilers of all processes, and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      progress(round === 0 ? 'warming up' : `round ${round} of ${rounds}`);
      // In the other order every other round, so that none always has what the same one leaves behind.
      for (const { instances, samples } of round % 2 === 0 ? fights : fights.toReversed()) {
        const slice = `instances-${round}-${instances}`;
        const sample = await measureFight(fighters.slice(0, instances), book, slice, times);
        if (round > 0) samples.push(sample);
      }
    }
    compareTotals('ledger', book, await ledger.totals());
    await started.stop();
    return { text: reportText(fights, book.sumMinor), figures: reportFigures(fights) };
  });
}
