import { setTimeout as delay } from 'node:timers/promises';

/** Events that a page covers; only whole pages are written. */
const EVENTS_PER_PAGE = 4_096;

/** How many pages an account has with so many events, its opening included. */
export function pagesOf(events: number): number {
  return Math.floor(events / EVENTS_PER_PAGE);
}

/** What a command-api counted of index pages so far, by result. */
export async function pageCounts(origin: string): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${origin}/metrics`);
  const text = await response.text();
  const lines = text.matchAll(/^command_index_pages_total\{[^}]*result="(?<result>\w+)"[^}]*\} (?<count>\d+)$/gm);
  return Object.fromEntries([...lines].map(({ groups }) => [groups?.['result'] ?? '', Number(groups?.['count'])]));
}

const LONGEST_WAIT_MS = 300_000;

/** Waits until a command-api has written so many pages. @throws Error that says how many there were in the end */
export async function untilWritten(origin: string, pages: number): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const { written = 0, repaired = 0 } = await pageCounts(origin);
    if (written + repaired >= pages) return;
    if (performance.now() > end) throw new Error(`${written + repaired} of ${pages} index pages were written`);
    await delay(50);
  }
}
