import { setTimeout } from 'node:timers/promises';

/** Waits for a fact: what `look` finds, once it is neither undefined nor false. After the deadline it says what it waited for. */
export async function until<T>(
  what: string | (() => string),
  look: () => T | Promise<T>,
  deadlineMs = 10_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (performance.now() > end)
      throw new Error(`waited ${deadlineMs} ms in vain: ${typeof what === 'string' ? what : what()}`);
    await setTimeout(10);
  }
}
