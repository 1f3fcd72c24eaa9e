import { setTimeout as delay } from 'node:timers/promises';
import { accountId } from '../commands/commands.ts';
import { type Connection, getRequest } from '../load/connection.ts';

/** Between the reads of one account; a lag is longer by half of it, in the mean, than it really is. */
const ASK_EVERY_MS = 10;
const SHOWN_WITHIN_MS = 60_000;

/**
 * Reads an account's balance until it is of a revision, or of a later one.
 * @returns when that answer came (performance.now()), and how many there were
 * @throws Error where it is not shown within a minute
 */
export async function followRevision(
  reader: Connection,
  account: number,
  revision: number,
): Promise<{ readonly shownAt: number; readonly reads: number }> {
  const request = getRequest(`/v1/accounts/${accountId(account)}/balance`);
  const deadline = performance.now() + SHOWN_WITHIN_MS;
  for (let reads = 1; ; reads += 1) {
    const { status, body } = await reader.ask(request);
    const shownAt = performance.now();
    if (status !== 200) throw new Error(`a balance was answered ${status}: ${body}`);
    if (revisionOf(body) >= revision) return { shownAt, reads };
    if (shownAt > deadline) throw new Error(`revision ${revision} of ${accountId(account)} is not shown: ${body}`);
    await delay(ASK_EVERY_MS);
  }
}

/** @throws Error where the answer names no revision */
export function revisionOf(body: Buffer): number {
  const answer: unknown = JSON.parse(body.toString());
  if (typeof answer === 'object' && answer !== null && 'revision' in answer && typeof answer.revision === 'number') {
    return answer.revision;
  }
  throw new Error(`an answer without a revision: ${body}`);
}
