import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

const ASK_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 3_000;
const SAY_EVERY_MS = 15_000;

/**
 * Waits for `origin`/readyz to answer 200, for as long as it takes.
 * @param say gets a line every `sayEveryMs` (milliseconds) with what is still missing
 */
export async function untilReady(
  origin: string,
  say: (line: string) => void,
  sayEveryMs = SAY_EVERY_MS,
): Promise<void> {
  let sayAt = performance.now() + sayEveryMs;
  for (;;) {
    const missing = await whatIsMissing(`${origin}/readyz`);
    if (missing === undefined) return;
    if (performance.now() >= sayAt) {
      say(`still starting: ${missing}`);
      sayAt += sayEveryMs;
    }
    await delay(ASK_EVERY_MS);
  }
}

async function whatIsMissing(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const body = await answer.text();
    return answer.status === 200 ? undefined : detailOf(body);
  } catch {
    // Refused or timed out: all that is known of a process that is still starting.
    return `no answer from ${url}`;
  }
}

/** The `detail` of a problem; of anything else all. */
function detailOf(body: string): string {
  const [, detail] = /"detail":("(?:[^"\\]|\\.)*")/.exec(body) ?? [];
  return detail === undefined ? body.trim() : String(JSON.parse(detail));
}
