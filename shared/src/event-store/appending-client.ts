import { performance } from 'node:perf_hooks';
import {
  CancelledError,
  convertToCommandError,
  type EventStoreDBClient,
  isCommandError,
  NotLeaderError,
  UnavailableError,
  UnknownError,
} from '@eventstore/db-client';
import { disposeOf } from './client.ts';
import { NoAnswerError, withTimeout } from './with-timeout.ts';

/** After so long without an answer to any append, the call that all of them go by is given up. Below an attempt's time. */
const longestSilenceMs = 2_500;

/** Appends, by a client that is replaced by a new one when it can't append any more. */
export interface AppendingClient {
  /** @throws NoAnswerError, and whatever the client throws; what was asked may then have been done, or may yet be */
  run<T>(ask: (client: EventStoreDBClient) => Promise<T>, timeoutMs: number): Promise<T>;
  dispose(): Promise<void>;
}

/**
 * All appends of a client (6.2.1) go by one call, which it does not always see the end of:
 * - an answer that it does not expect breaks the call for good. The server sends one after it has refused a malformed append;
 * - a call that the server has ended without an error is used on and on, and nothing is ever answered;
 * - before the first append it asks what the server can do, and keeps the answer even where that is an error, but for a few.
 *
 * So it needs a new client then. The appends that wait on the old one fail: their outcome is unknown, as it was before.
 * What waits for answers is kept in one table for the whole process, which the end of any such call empties, and an answer
 * that is not in the table ends the process. So there must be one such call at a time: the old one is ended before the new
 * client appends, and reads go by a client of their own, for a read that moves on to the leader leaves the call behind.
 * For the same reason no process has two event stores that it appends to.
 */
export function createAppendingClient(connect: () => EventStoreDBClient): AppendingClient {
  let client = connect();
  let predecessorEnded = Promise.resolve();
  /** When the first append after the latest answer was sent. */
  let silentSince: number | undefined;

  function replace(broken: EventStoreDBClient): void {
    if (client !== broken) return;
    client = connect();
    silentSince = undefined;
    predecessorEnded = disposeOf(broken);
  }

  /** Whether this and all later appends of the client are lost. */
  function isBeyondUse(error: unknown): boolean {
    if (error instanceof NoAnswerError) {
      return silentSince !== undefined && performance.now() - silentSince >= longestSilenceMs;
    }
    if (!(error instanceof Error)) return false;
    if (!isCommandError(error)) return isRemembered(error);
    return error instanceof UnknownError && error.message.includes('BadRequest');
  }

  return {
    async run(ask, timeoutMs) {
      await predecessorEnded;
      const used = client;
      silentSince ??= performance.now();
      const asked = ask(used);
      // An answer that is late is one, too: the server is slow, and the call is whole.
      const answered = () => {
        if (client === used) silentSince = undefined;
      };
      asked.then(answered, answered);
      try {
        return await withTimeout(asked, timeoutMs);
      } catch (error) {
        if (isBeyondUse(error)) replace(used);
        throw error;
      }
    },
    dispose: () => disposeOf(client),
  };
}

/** The question for what the server can do is the one call whose errors the client passes on as they are. */
function isRemembered(error: Error): boolean {
  const converted = convertToCommandError(error);
  return ![UnavailableError, CancelledError, NotLeaderError].some((forgotten) => converted instanceof forgotten);
}
