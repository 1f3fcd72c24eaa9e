import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../kill-rounds/random.ts';
import type { Commands } from './commands.ts';
import { type Command, type Content, isDefinite, type Journal, type Opening, type Sending } from './journal.ts';
import { type Asked, sendBulk, sendCommand, sendOpening } from './requests.ts';

export interface ClientOptions {
  readonly journal: Journal;
  readonly commands: Commands;
  /** Of every instance, killed or not. */
  readonly origins: readonly string[];
  readonly random: Random;
}

/** An id has at most so many contents. */
const MOST_CONTENTS = 2;

/** Sends one thing after another until the signal. @throws what is not the fire's doing */
export async function runClient(
  { journal, commands, origins, random }: ClientOptions,
  stop: AbortSignal,
): Promise<void> {
  const anyone = (): Asked => ({ origin: random.pick(origins) });
  const first = ({ contents }: Command): Content => contents[0] as Content;

  /** Each to another instance, at the same moment. */
  async function sendAtOnce(command: Command, contents: readonly Content[]): Promise<void> {
    const start = random.below(origins.length);
    const sends = contents.map((content, at) => {
      const origin = origins[(start + at) % origins.length] as string;
      return sendCommand(command, content, { origin });
    });
    const sent = await Promise.all(sends);
    if (!sent.some(isSettled)) await pause();
  }

  async function repeat(): Promise<void> {
    const command = commands.earlier() ?? commands.newCommand();
    await sendAtOnce(command, [random.pick(command.contents)]);
  }

  /** Other content, at the same moment as the first, or after it. */
  async function reuse(): Promise<void> {
    const earlier = random.chance(0.5) ? commands.earlier() : undefined;
    const command = earlier && earlier.contents.length < MOST_CONTENTS ? earlier : commands.newCommand();
    const altered = commands.alter(command);
    await sendAtOnce(command, command === earlier ? [altered] : [first(command), altered]);
  }

  async function hangUpAndComeBack(): Promise<void> {
    const command = commands.newCommand();
    await sendCommand(command, first(command), { ...anyone(), hangUpAfterMs: random.below(30) });
    await delay(random.below(200));
    await sendAtOnce(command, [first(command)]);
  }

  function bulkItem(): readonly [Command, Content] {
    const earlier = random.chance(0.2) ? commands.earlier() : undefined;
    if (!earlier) {
      const command = commands.newCommand();
      return [command, first(command)];
    }
    const altered = earlier.contents.length < MOST_CONTENTS && random.chance(0.2);
    return [earlier, altered ? commands.alter(earlier) : random.pick(earlier.contents)];
  }

  /** What has no outcome is sent again, in the order of the lines, as the API says. */
  async function bulk(): Promise<void> {
    let items = Array.from({ length: 5 + random.below(16) }, bulkItem);
    for (let time = 0; time < 3 && items.length > 0; time += 1) {
      const hangUp = random.chance(0.1) ? { hangUpAfterMs: random.below(60) } : {};
      const { lines } = await sendBulk(journal, items, { ...anyone(), ...hangUp });
      const open = lines.filter(({ sending }) => !isSettled(sending));
      items = open.map(({ command, sending }) => [command, sending.content] as const);
      if (items.length > 0) await pause();
    }
  }

  /** An account is opened, also with two contents at once; or opened again. */
  async function open(): Promise<void> {
    const again = random.chance(0.6) && journal.openings.length > 0;
    const opening: Opening = again ? random.pick(journal.openings) : commands.newOpening();
    if (random.chance(0.4) && opening.contents.length < MOST_CONTENTS) {
      opening.contents.push({ name: `another ${opening.account}`, metadata: { from: 'the fire' } });
    }
    const sends = opening.contents.map((content) => sendOpening(opening, content, anyone()));
    if (!(await Promise.all(sends)).some(isSettled)) await pause();
  }

  /** A process that is just being started refuses connections at once, and needs the machine more than its clients do. */
  const pause = () => delay(50 + random.below(100));

  while (!stop.aborted) {
    const dice = random.below(100);
    if (dice < 5) await bulk();
    else if (dice < 9) await open();
    else if (dice < 16) await hangUpAndComeBack();
    else if (dice < 26) await reuse();
    else if (dice < 38) await repeat();
    else {
      const command = commands.newCommand();
      const times = random.chance(0.15) ? 2 : 1;
      await sendAtOnce(
        command,
        Array.from({ length: times }, () => first(command)),
      );
    }
  }
}

const isSettled = ({ answer }: Sending<unknown>): boolean => answer !== undefined && isDefinite(answer);
