import type { AllStreamSubscription, ResolvedEvent, StreamSubscription } from '@eventstore/db-client';

const DEADLINE_MS = 20_000;

/** What a subscription tells, in order. */
export interface Journal {
  /** `confirmation`, `caughtUp`, events as `show` shows them, errors, `end`, `finish`, `close`, and marks. */
  readonly lines: readonly unknown[];
  /** Writes a line of one's own: what was done at this point. */
  mark(line: unknown): void;
  /** Resolves when `holds`; fails at a deadline, with what was told. */
  until(what: string, holds: (lines: readonly unknown[]) => boolean): Promise<void>;
}

/** @param show how an event is written; undefined for one that is not */
export function journalOf(
  subscription: StreamSubscription | AllStreamSubscription,
  show: (resolved: ResolvedEvent) => unknown,
): Journal {
  const lines: unknown[] = [];
  let check = () => {};
  function mark(line: unknown): void {
    lines.push(line);
    check();
  }
  for (const name of ['confirmation', 'caughtUp', 'end', 'finish', 'close'] as const) {
    subscription.on(name, () => mark(name));
  }
  subscription.on('error', (error) => mark(error));
  subscription.on('data', (resolved: ResolvedEvent) => {
    const line = show(resolved);
    if (line !== undefined) mark(line);
  });
  return {
    lines,
    mark,
    until: (what, holds) =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error(`waited for ${what}, got: ${lines.slice(-20).join(', ')}`));
        const timer = setTimeout(fail, DEADLINE_MS);
        check = () => {
          const held = holds(lines);
          // After an error nothing comes any more.
          if (!held && !(lines.at(-1) instanceof Error)) return;
          clearTimeout(timer);
          if (held) resolve();
          else fail();
        };
        check();
      }),
  };
}

/**
 * Keeps a journal of the subscription while `during` runs, which also says where it ends: what is told later is not in
 * it. Unsubscribes afterwards.
 */
export async function journalled(
  subscription: StreamSubscription | AllStreamSubscription,
  show: (resolved: ResolvedEvent) => unknown,
  during: (journal: Journal) => Promise<unknown>,
): Promise<unknown[]> {
  const journal = journalOf(subscription, show);
  try {
    await during(journal);
    return [...journal.lines];
  } finally {
    await subscription.unsubscribe();
  }
}

/** That so many lines are there. */
export const lineCount = (count: number) => (lines: readonly unknown[]) => lines.length >= count;

export const has = (line: unknown) => (lines: readonly unknown[]) => lines.includes(line);

/** `orders-1@0` */
export const streamAndRevision = ({ event }: ResolvedEvent) => `${event?.streamId}@${event?.revision}`;
