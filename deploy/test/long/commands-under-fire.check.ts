import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { expect } from 'chai';
import { checkAnswers } from './commands-under-fire/check-answers.ts';
import { checkBulk, checkRealTimeOrder } from './commands-under-fire/check-order.ts';
import { runClient } from './commands-under-fire/clients.ts';
import { createCommands, hotAccounts } from './commands-under-fire/commands.ts';
import { expectEverythingHappened, figuresOf, hasEveryAnswer } from './commands-under-fire/figures.ts';
import { type FireCounts, fire } from './commands-under-fire/fire.ts';
import { type History, readHistory } from './commands-under-fire/history.ts';
import { createInstance, type Instance, startNode } from './commands-under-fire/instance.ts';
import { isDefinite, type Journal } from './commands-under-fire/journal.ts';
import { sendOpening } from './commands-under-fire/requests.ts';
import { settleAll } from './commands-under-fire/settle.ts';
import { truthOf, truthOfOpening } from './commands-under-fire/truth.ts';
import { createRandom } from './kill-rounds/random.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));
const seconds = Number(process.env['SECONDS'] ?? 30);
const instanceCount = 3;
const clientCount = 64;

describe(`commands under fire: ${seconds} s, SEED=${seed}`, function () {
  this.timeout(5 * 60_000);
  const stops: (() => Promise<unknown>)[] = [];
  const instances: Instance[] = [];
  let node: Awaited<ReturnType<typeof startNode>>;

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'commands-under-fire-'));
    stops.push(() => rm(directory, { recursive: true, force: true }));
    node = await startNode(directory);
    stops.push(() => node.kill());
    for (let number = 0; number < instanceCount; number += 1) {
      const instance = await createInstance(node.port);
      stops.push(() => instance.proxy.stop());
      await instance.start();
      stops.push(() => instance.kill());
      instances.push(instance);
    }
  });
  after(async () => {
    const problems: unknown[] = [];
    for (const stop of stops.reverse()) await stop().catch((error: unknown) => problems.push(error));
    expect(problems, 'what did not stop').to.deep.equal([]);
  });

  /** Accounts are opened, 64 clients and the fire do their worst, then everything is whole and settled. */
  async function burn(journal: Journal): Promise<{ counts: FireCounts; endedAt: number }> {
    const random = createRandom(seed);
    const origins = instances.map(({ origin }) => origin);
    for (const account of hotAccounts) {
      journal.openings.push({ account, contents: [{ name: account, metadata: {} }], sendings: [] });
    }
    await settleAll(journal, origins, random);
    const commands = createCommands(random, journal);
    const over = new AbortController();
    const clients = Array.from({ length: clientCount }, () =>
      runClient({ journal, commands, origins, random: random.fork() }, over.signal),
    );
    const burning = fire(
      {
        instances,
        node,
        recovered: (instance) => recovered(instance, journal),
        isEnough: () => hasEveryAnswer(journal),
      },
      random,
      seconds * 1_000,
    );
    const ends = await Promise.allSettled([burning.finally(() => over.abort()), ...clients]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    const endedAt = performance.now();
    await settleAll(journal, origins, random);
    return { counts: await burning, endedAt };
  }

  /** Asks an instance to open an account again, until it has an answer or has had none for long. */
  async function recovered({ origin }: Instance, { openings }: Journal): Promise<void> {
    const end = performance.now() + 5_000;
    const [opening] = openings;
    const [content] = opening?.contents ?? [];
    if (!opening || !content) throw new Error('no account was opened');
    while (performance.now() < end) {
      const { answer } = await sendOpening(opening, content, { origin });
      if (answer && isDefinite(answer)) return;
      await delay(50);
    }
  }

  async function readAll({ openings }: Journal): Promise<Map<string, History>> {
    const store = connectEventStore(node.url);
    try {
      const histories = new Map<string, History>();
      for (const { account } of openings) histories.set(account, await readHistory(store, account));
      return histories;
    } finally {
      await store.dispose();
    }
  }

  it(`take effect once each, as answered and in order, and overdraw nothing: ${clientCount} clients, ${instanceCount} processes`, async () => {
    const journal: Journal = { commands: [], openings: [], bulks: [] };
    const { counts, endedAt } = await burn(journal);
    const histories = await readAll(journal);

    const lost = { answers: 0, requests: 0 };
    for (const { proxy } of instances) {
      lost.answers += proxy.lost.answers;
      lost.requests += proxy.lost.requests;
    }
    const figures = figuresOf(journal, histories, endedAt, {
      ...counts,
      'bytes of answers lost': lost.answers,
      'bytes of requests lost': lost.requests,
    });
    console.log(`      ${JSON.stringify(figures, undefined, 1).replaceAll('\n', '\n      ')}`);

    for (const command of journal.commands) {
      checkAnswers(truthOf(command, histories.get(command.account)?.byId.get(command.id)), command.sendings);
    }
    for (const opening of journal.openings) {
      const { opening: recorded } = histories.get(opening.account) as History;
      checkAnswers(truthOfOpening(opening, recorded), opening.sendings);
    }
    for (const [account, history] of histories) {
      const sent = new Map(
        journal.commands.filter((command) => command.account === account).map((command) => [command.id, command]),
      );
      expect(history.byId.size, `transactions of ${account}`).to.equal(sent.size);
      checkRealTimeOrder(history, sent);
    }
    for (const bulk of journal.bulks) checkBulk(bulk, histories);
    expectEverythingHappened(figures);
  });
});
