import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../kill-rounds/random.ts';
import { type Command, type Content, isDefinite, type Journal, type Opening, type OpeningContent } from './journal.ts';
import { type Asked, sendBulk, sendOpening } from './requests.ts';

/** Lines of one request. */
const LINES = 100;
const ACCOUNTS_AT_ONCE = 6;
const DEADLINE_MS = 60_000;
const PATIENCE_MS = 20_000;

/**
 * After the fire: everything that was ever sent is sent once more, each content, until each has its outcome.
 * @throws Error naming what has none within a minute
 */
export async function settleAll(journal: Journal, origins: readonly string[], random: Random): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  const anyone = (): Asked => ({ origin: random.pick(origins), hangUpAfterMs: PATIENCE_MS });

  /** Sends until nothing is left; `send` answers what has no outcome yet. */
  async function until<Item>(
    what: string,
    items: readonly Item[],
    send: (items: readonly Item[]) => Promise<readonly Item[]>,
  ) {
    for (let left = await send(items); left.length > 0; left = await send(left)) {
      if (performance.now() > end) throw new Error(`${left.length} ${what} had no outcome within ${DEADLINE_MS} ms`);
      await delay(20);
    }
  }

  const openings = journal.openings.flatMap((opening) =>
    opening.contents.map((content): readonly [Opening, OpeningContent] => [opening, content]),
  );
  const openAll = async (items: readonly (readonly [Opening, OpeningContent])[]) => {
    const left: (readonly [Opening, OpeningContent])[] = [];
    for (const item of items) {
      const { answer } = await sendOpening(...item, anyone());
      if (!answer || !isDefinite(answer)) left.push(item);
    }
    return left;
  };
  await until('openings', openings, openAll);

  const sendAll = async (items: readonly (readonly [Command, Content])[]) => {
    const { lines } = await sendBulk(journal, items, anyone());
    const open = lines.filter(({ sending: { answer } }) => !answer || !isDefinite(answer));
    return open.map(({ command, sending }): readonly [Command, Content] => [command, sending.content]);
  };
  // One account after another: requests that meet in one make each other slow.
  const accounts = journal.openings.map(({ account }) => account);
  const sendAccounts = async () => {
    for (let account = accounts.pop(); account !== undefined; account = accounts.pop()) {
      const commands = journal.commands
        .filter((command) => command.account === account)
        .flatMap((command) => command.contents.map((content): readonly [Command, Content] => [command, content]));
      while (commands.length > 0) await until('commands', commands.splice(0, LINES), sendAll);
    }
  };
  await Promise.all(Array.from({ length: ACCOUNTS_AT_ONCE }, sendAccounts));
}
