import { setMaxListeners } from 'node:events';
import type { InputLine, TransactionLine } from './input-line.ts';
import { createLanes } from './lanes.ts';
import type { Ledger, Outcome } from './ledger.ts';
import { accountOpener } from './open-accounts.ts';
import { beginPatience } from './patience.ts';
import type { RejectedFile } from './rejected-file.ts';

/** Lines by what became of them. */
export interface Tally {
  accepted: number;
  replayed: number;
  refused: number;
  rejected: number;
}

export interface ImportOptions {
  readonly lines: AsyncIterable<InputLine>;
  readonly ledger: Ledger;
  readonly rejectedFile: RejectedFile;
  /** Counted up as lines are settled. */
  readonly tally: Tally;
  /** Milliseconds without any outcome, after which to stop. */
  readonly giveUpAfterMs: number;
  /** Called while the ledger gives no outcomes. */
  readonly onPause: (why: string) => void;
}

/**
 * Puts every line into the ledger, and sends again what has no outcome until it has one. Each line takes effect once,
 * however often this is stopped and run again. After an error the ledger's connections are closed, nothing is under way.
 * @throws GaveUp, NotALedger, UnreadableFile
 */
export async function runImport(options: ImportOptions): Promise<void> {
  const { lines, ledger, rejectedFile, tally, giveUpAfterMs, onPause } = options;
  const stop = new AbortController();
  // As many wait on it as there are accounts to open; Node would take that for a leak, and warn the user.
  setMaxListeners(0, stop.signal);
  const newPatience = () => beginPatience({ giveUpAfterMs, signal: stop.signal, onPause });
  const opener = accountOpener(ledger, newPatience);

  /** At once as outcomes come, so that the progress shown is that of the ledger. */
  function count({ status, replayed }: Outcome): void {
    if (status < 300) tally[replayed ? 'replayed' : 'accepted'] += 1;
    else if (status === 402) tally.refused += 1;
    else if (status < 500) tally.rejected += 1;
  }

  /** The lines whose account is open; the others are rejected. */
  async function withAccounts(chunk: readonly TransactionLine[]): Promise<TransactionLine[]> {
    const ready: TransactionLine[] = [];
    for (const line of chunk) {
      const refusal = await opener.open(line.accountId, line.currency);
      if (refusal === undefined) {
        ready.push(line);
        continue;
      }
      tally.rejected += 1;
      await rejectedFile.add(line.number, `the account can't be opened: ${refusal}`, line.original);
    }
    return ready;
  }

  async function deliver(chunk: readonly TransactionLine[]): Promise<void> {
    const patience = newPatience();
    let pending = await withAccounts(chunk);
    while (pending.length > 0) {
      stop.signal.throwIfAborted();
      const { outcomes, failure } = await ledger.submit(
        pending.map(({ json }) => json),
        count,
      );
      const unsettled: TransactionLine[] = [];
      let why = failure;
      for (const [index, line] of pending.entries()) {
        const outcome = outcomes[index];
        if (outcome && outcome.status < 500) {
          if (outcome.status >= 300) await rejectedFile.add(line.number, reasonOf(outcome), line.original);
          continue;
        }
        unsettled.push(line);
        if (outcome) why ??= `line ${line.number}: ${reasonOf(outcome)}`;
      }
      if (unsettled.length < pending.length) patience.progressed();
      if (unsettled.length > 0) await patience.pause(why ?? 'no outcome');
      pending = unsettled;
    }
  }

  const lanes = createLanes(deliver, (error) => stop.abort(error));
  try {
    for await (const line of lines) {
      stop.signal.throwIfAborted();
      if (line.kind === 'unreadable') {
        tally.rejected += 1;
        await rejectedFile.add(line.number, line.reason, line.original);
        continue;
      }
      // Begins here, ahead of the request that the line will be in.
      opener.open(line.accountId, line.currency).catch((error: unknown) => stop.abort(error));
      await lanes.add(line);
    }
    await lanes.finish();
  } catch (error) {
    stop.abort(error);
    await ledger.close();
    await lanes.stopped();
    // The first error is the cause; what was stopped because of it throws others.
    throw stop.signal.reason;
  }
}

function reasonOf({ status, type, detail }: Outcome): string {
  const name = type?.replace('/problems/', '') ?? String(status);
  return detail === undefined ? name : `${name}: ${detail}`;
}
