import { randomUUID } from 'node:crypto';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { givenUrl, startOwn, type Target, useTarget } from '../target.ts';
import { canonical } from './canonical.ts';
import { difference, STREAM } from './matches.ts';

/** What one case has to work with. */
export interface Asked {
  readonly target: Target;
  readonly client: EventStoreDBClient;
  /**
   * A stream name that nobody has used. In what the case sees it is shown as `name`, or as `<stream>` where it has none.
   */
  stream(name?: string): string;
}

/** An answer that a real server gave, as a case. */
export interface RecordedCase {
  readonly probe: number;
  /** Counted from 0 within the probe. */
  readonly entry: number;
  readonly what: string;
  /**
   * What is to be seen, in canonical form (canonical.ts). Fields that it does not name are not compared.
   */
  readonly seen: unknown;
  /** Why `seen` has not the shape in which the record shows it; such a case is not compared with the record by machine. */
  readonly ownShape?: string;
  /**
   * What only a server of our own can give: to be stopped and started again (`target.restart`), a store in which nobody
   * has written yet, which the case then has to itself (and can restart too), or the very version that was recorded.
   * Skipped elsewhere.
   */
  readonly needs?: 'a restart' | 'a fresh store' | 'the recorded version';
}

const cases: RecordedCase[] = [];

/** The cases that the files loaded by now have. */
export const recordedCases: readonly RecordedCase[] = cases;

/**
 * A describe of recorded cases. `define` gets a function that makes one: it runs `ask`, which gives back what was seen, in the
 * shape of the record; an error may be given back as a value (`outcome` of target.ts), or thrown.
 */
export function recordedAnswers(
  title: string,
  define: (recorded: (of: RecordedCase, ask: (asked: Asked) => Promise<unknown>) => void) => void,
): void {
  describe(title, () => {
    const target = useTarget();
    define((of, ask) => {
      cases.push(of);
      const title = `${of.probe}/${of.entry} ${of.what}`;
      // A server that somebody else runs is neither restarted nor emptied.
      if (of.needs && givenUrl()) {
        it.skip(`${title} (skipped: it needs ${of.needs})`);
        return;
      }
      it(title, async () => {
        const fresh = of.needs === 'a fresh store' ? await startOwn() : undefined;
        const names = new Map<string, string>();
        const asked: Asked = {
          target: fresh ?? target(),
          client: (fresh ?? target()).client,
          stream(name) {
            const unique = `${name ?? 'contract'}-${randomUUID()}`;
            names.set(unique, name ?? STREAM);
            return unique;
          },
        };
        const answer = await ask(asked)
          .catch((error: unknown) => error)
          .finally(() => fresh?.end());
        const found = difference(of.seen, canonical(answer, names), [...names.values()]);
        // An assertion's or a programming error's own stack says more than the comparison.
        if (found && answer instanceof Error && !('type' in answer)) throw answer;
        if (found) throw new Error(found);
      });
    });
  });
}
