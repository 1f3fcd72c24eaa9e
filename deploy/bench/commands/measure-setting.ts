import { join } from 'node:path';
import type { Sample } from '../load/sample.ts';
import { type Book, compareTotals, createBook } from './book.ts';
import { FUNDS_MINOR } from './commands.ts';
import type { Contender } from './contenders/contender.ts';
import type { Driver } from './driver/driver.ts';
import { measureSlice } from './measure-slice.ts';
import type { Plan, SliceTimes } from './plan.ts';
import type { MeasuredSetting } from './report.ts';
import type { Setting } from './settings.ts';
import type { Workload } from './workloads.ts';

/** A service with what it has acknowledged. */
interface Side {
  readonly contender: Contender;
  readonly book: Book;
}

interface Options {
  readonly plan: Plan;
  readonly rowLock: Side;
  readonly driver: Driver;
  readonly directory: string;
  readonly progress: (line: string) => void;
}

/** Starts a ledger, measures all cells on it and on the row-lock service by turns, and compares the balances afterwards. */
export async function measureSetting(setting: Setting, options: Options): Promise<MeasuredSetting> {
  const { plan, rowLock, directory, progress } = options;
  const { accounts, profileDirectory } = plan;
  progress(`${setting.name}: opening ${accounts} accounts`);
  const contender = await setting.start({
    directory: join(directory, setting.name),
    accounts,
    profileDirectory,
    progress,
  });
  try {
    const ledger = { contender, book: createBook(accounts, FUNDS_MINOR) };
    const cells = await measureCells(setting, ledger, options);
    progress(`${setting.name}: comparing balances`);
    return { setting, cells, checked: { ledger: await check(ledger), rowLock: await check(rowLock) } };
  } finally {
    await contender.stop();
  }
}

async function measureCells(setting: Setting, ledger: Side, { plan, rowLock, driver, progress }: Options) {
  const measured = plan.cells.map((cell) => ({ cell, ledger: [] as Sample[], rowLock: [] as Sample[] }));
  for (let round = 0; round <= plan.rounds; round += 1) {
    progress(`${setting.name}: ${round === 0 ? 'warming up' : `round ${round} of ${plan.rounds}`}`);
    for (const { cell, ...samples } of measured) {
      const name = `${setting.name}-${cell.workload.name}-${cell.connections}-${round}`;
      const times = round === 0 ? plan.firstTimes : plan.times;
      const onLedger = async () => {
        const { workload, connections } = cell;
        const ledgerTimes = round === 0 ? times : timesOf(workload, times);
        const sample = await measureSlice(ledger, driver, { workload, connections, slice: name, ...ledgerTimes });
        if (round > 0) samples.ledger.push(sample);
      };
      const onRowLock = async () => {
        const sample = await measureSlice(rowLock, driver, { ...cell.compared, slice: name, ...times });
        if (round > 0) samples.rowLock.push(sample);
      };
      // Each goes first in every other round, so that neither always has what the other leaves behind.
      for (const turn of round % 2 === 0 ? [onLedger, onRowLock] : [onRowLock, onLedger]) await turn();
    }
  }
  return measured;
}

/** A request of 1,000 commands takes a good part of a second, and several of them have to fit. */
const BULK_MS = 1_000;

function timesOf(workload: Workload, times: SliceTimes): SliceTimes {
  return workload.commandsEach === 1 ? times : { ...times, measureMs: Math.max(times.measureMs, BULK_MS) };
}

async function check({ contender, book }: Side): Promise<{ accounts: number; sumMinor: bigint }> {
  const totals = await contender.totals();
  compareTotals(contender.name, book, totals);
  return { accounts: totals.length, sumMinor: book.sumMinor };
}
