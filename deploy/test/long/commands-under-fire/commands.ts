import type { Random } from '../kill-rounds/random.ts';
import type { Command, Content, Journal, Opening } from './journal.ts';

/** Makes up what is sent: new commands, repeats, and other content for the same id. */
export interface Commands {
  newCommand(): Command;
  /** One that was sent before; as often as not it is still under way. */
  earlier(): Command | undefined;
  /** Another content for the command's id, which differs in amount or date or both. */
  alter(command: Command): Content;
  newOpening(): Opening;
}

/** Every client is at these most of the time. */
export const hotAccounts = Array.from({ length: 10 }, (_, at) => `hot-${at}`);

const RECENT = 60;

/** @param isOpen of an account's opening: it was answered */
export function createCommands(random: Random, { commands, openings }: Journal): Commands {
  function account(): string {
    if (random.chance(0.9)) return random.pick(hotAccounts);
    const opened = openings.filter(({ sendings }) => sendings.some(({ answer }) => answer && answer.status < 300));
    return opened.length > 0 ? random.pick(opened).account : random.pick(hotAccounts);
  }

  const amount = () => `${1 + random.below(90)}.${10 + random.below(90)}`;
  const date = () => new Date(Date.UTC(2024, random.below(12), 1 + random.below(28))).toISOString().slice(0, 10);

  return {
    newCommand() {
      const id = `t-${commands.length}`;
      const content: Content = {
        type: random.chance(0.45) ? 'deposit' : 'withdrawal',
        amount: amount(),
        ...(random.chance(0.5) && { effectiveAt: date() }),
        description: `what ${id} is for`,
        metadata: { order: id },
      };
      const command = { account: account(), id, contents: [content], sendings: [] };
      commands.push(command);
      return command;
    },
    earlier() {
      if (commands.length === 0) return undefined;
      const recent = random.chance(0.7) ? Math.min(RECENT, commands.length) : commands.length;
      return commands[commands.length - 1 - random.below(recent)];
    },
    alter(command) {
      const { amount: before, effectiveAt, ...rest } = random.pick(command.contents);
      const what = random.pick(['amount', 'date', 'both'] as const);
      // One more, so that it is another one; likewise a date of another year, or none.
      const changed = what === 'date' ? before : `1${before}`;
      const dated =
        what === 'amount' ? effectiveAt : effectiveAt === undefined ? date() : `2023${effectiveAt.slice(4)}`;
      const content: Content = { ...rest, amount: changed, ...(dated !== undefined && { effectiveAt: dated }) };
      command.contents.push(content);
      return content;
    },
    newOpening() {
      const name = `late-${openings.length}`;
      const opening: Opening = { account: name, contents: [{ name, metadata: { from: 'the fire' } }], sendings: [] };
      openings.push(opening);
      return opening;
    },
  };
}
