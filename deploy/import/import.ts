import { ConfigError } from '@ledger/shared/config';
import { UsageError } from '../command-line.ts';
import { help, type ImportArguments, readArguments } from './arguments.ts';
import { UnreadableFile } from './input-line.ts';
import { connectLedger, NotALedger } from './ledger.ts';
import { GaveUp } from './patience.ts';
import { openInputFile } from './read-file.ts';
import { type RejectedFile, rejectedFile } from './rejected-file.ts';
import { runImport, type Tally } from './run-import.ts';
import { showProgress } from './show-progress.ts';

const exitCodes = { allAccepted: 0, couldNotRun: 1, someNotAccepted: 2 } as const;

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2), process.env);
  if (!given) {
    process.stdout.write(help);
    return exitCodes.allAccepted;
  }
  const input = await openInputFile(given.file, given.currency).catch((error: unknown) => {
    throw new Stopped(explain(error, given), { cause: error });
  });
  const rejected = await rejectedFile(`${given.file}.rejected.csv`, input.columns);
  const ledger = connectLedger(given.ledgerUrl);
  const tally: Tally = { accepted: 0, replayed: 0, refused: 0, rejected: 0 };
  const progress = showProgress(() => ({
    settledLines: total(tally),
    readBytes: input.readBytes(),
    sizeBytes: input.sizeBytes,
  }));
  const began = performance.now();
  try {
    await runImport({
      lines: input.lines,
      ledger,
      rejectedFile: rejected,
      tally,
      giveUpAfterMs: given.giveUpAfterMs,
      onPause: (why) => progress.note(why),
    });
  } catch (error) {
    throw new Stopped(explain(error, given), { cause: error });
  } finally {
    progress.stop();
    await ledger.close();
    await rejected.close();
    process.stdout.write(summary(tally, rejected, performance.now() - began));
  }
  return rejected.count() === 0 ? exitCodes.allAccepted : exitCodes.someNotAccepted;
}

/** The import did not come to its end, for a reason that the user can act on. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

function total({ accepted, replayed, refused, rejected }: Tally): number {
  return accepted + replayed + refused + rejected;
}

function summary(tally: Tally, rejected: RejectedFile, tookMs: number): string {
  const count = (n: number) => n.toLocaleString('en');
  const { accepted, replayed, refused } = tally;
  const outcomes = `${count(accepted)} accepted, ${count(replayed)} replayed, ${count(refused)} refused, ${count(tally.rejected)} rejected`;
  const lines = `${count(total(tally))} lines in ${(tookMs / 1000).toFixed(1)} s: ${outcomes}\n`;
  return rejected.count() === 0 ? lines : `${lines}Not accepted: ${rejected.path}\n`;
}

function explain(error: unknown, { file, ledgerUrl }: ImportArguments): string {
  if (error instanceof UnreadableFile) return `${file}: ${error.message}`;
  if (error instanceof GaveUp || error instanceof NotALedger) {
    return [
      `the ledger at ${ledgerUrl}: ${error.message}`,
      'See that it runs (npm start) and that LEDGER_URL or GATEWAY_PORT leads to it; then run the same command again to go on.',
    ].join('\n');
  }
  throw error;
}

/** What the user can mend is one line; anything else is a fault of ours, with its stack. */
function report(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = [UsageError, ConfigError, Stopped].some((kind) => error instanceof kind);
  const ofFile = 'syscall' in error && 'path' in error;
  return known || ofFile ? error.message : (error.stack ?? error.message);
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(`import: ${report(error)}`);
  return exitCodes.couldNotRun;
});
