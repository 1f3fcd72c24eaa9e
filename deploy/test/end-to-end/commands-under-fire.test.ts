import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { fromRecordedEvent, type RecordedAccountEvent } from '@ledger/shared/events/account-event-json';
import { deltaOf } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import { formatMinor } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { startEventStore } from '../../embedded/event-store/node.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.fixture.ts';
import { until } from '../until.fixture.ts';
import { deposit, put, type Reply, withdrawal } from './http.fixture.ts';
import { repository } from './ledger.fixture.ts';

const seed = Number(process.env['SEED'] ?? 4711);
const underFireMs = 8_000;
/** Short, so that some commands end without a known outcome. */
const COMMAND_DEADLINE_MS = '700';
const instanceCount = 3;
const clientCount = 32;
const accounts = ['hot-1', 'hot-2', 'hot-3', 'hot-4', 'hot-5'];
const dates = [undefined, undefined, '2026-01-01', '2026-02-01', '2026-03-01'];

/** Numbers from 0 to below 1 (Mulberry32, by Tommy Ettinger). */
function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomNumbers(seed);
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;

/** A command-api process whose way to the event store can be cut. */
interface Instance {
  readonly proxy: TcpProxy;
  origin: string;
  child: ChildProcess;
}

interface Command {
  readonly account: string;
  readonly path: string;
  readonly body: ReturnType<typeof deposit>;
  readonly answers: Reply[];
}

describe(`commands under fire (SEED=${seed})`, function () {
  this.timeout(120_000);
  const instances: Instance[] = [];
  const stops: (() => Promise<unknown>)[] = [];
  let store: EventStore;

  before(async () => {
    const node = await startEventStore({ memory: true, port: 0 });
    stops.push(() => node.stop());
    store = connectEventStore(node.url);
    stops.push(() => store.dispose());
    for (let number = 0; number < instanceCount; number += 1) {
      const proxy = await startTcpProxy(node.port);
      stops.push(() => proxy.stop());
      const instance = { proxy, ...(await startCommandApi(proxy.port)) };
      instances.push(instance);
      stops.push(() => kill(instance));
    }
    for (const account of accounts) {
      const opened = await put(`${instances[0]?.origin}/v1/accounts/${account}`, { name: account });
      expect(opened.status).to.equal(201);
    }
  });
  after(async () => {
    for (const stop of stops.reverse()) await stop();
  });

  async function startCommandApi(storePort: number): Promise<{ origin: string; child: ChildProcess }> {
    const EVENTSTORE_URL = `esdb://127.0.0.1:${storePort}?tls=false`;
    const child = spawn(process.execPath, [join(repository, 'command-api/dist/server.js')], {
      env: { ...process.env, EVENTSTORE_URL, COMMAND_API_PORT: '0', COMMAND_DEADLINE_MS, LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [message] = await once(child, 'message');
    return { origin: `http://127.0.0.1:${message.listening.port}`, child };
  }

  async function kill({ child }: Instance): Promise<void> {
    const exited = once(child, 'exit');
    expect(child.exitCode, 'a command-api process ended by itself').to.equal(null);
    child.kill('SIGKILL');
    await exited;
  }

  async function fire(end: number): Promise<void> {
    while (performance.now() < end) {
      await delay(100 + 300 * random());
      const instance = pick(instances);
      const how = random();
      if (how < 0.25) {
        await kill(instance);
        Object.assign(instance, await startCommandApi(instance.proxy.port));
        continue;
      }
      if (how < 0.5) {
        instance.proxy.stall();
        await delay(600 * random());
      }
      instance.proxy.cut();
      await delay(100 * random());
      instance.proxy.mend();
    }
  }

  /** Undefined where the process has gone before it answered. */
  async function send({ path, body, answers }: Command): Promise<Reply | undefined> {
    try {
      const reply = await put(`${pick(instances).origin}${path}`, body);
      answers.push(reply);
      return reply;
    } catch (error) {
      expect(error, 'what fetch fails with').to.be.instanceOf(Error);
      return undefined;
    }
  }

  const isSettled = (reply: Reply | undefined) => reply !== undefined && reply.status !== 503;

  async function client(commands: Command[], end: number): Promise<void> {
    while (performance.now() < end) {
      const again = random() < 0.3 && commands.length > 0;
      const command = again ? pick(commands) : newCommand(commands.length);
      if (!again) commands.push(command);
      // A process that is just being started refuses the connection at once.
      if (!isSettled(await send(command))) await delay(10);
    }
  }

  function newCommand(number: number): Command {
    const account = pick(accounts);
    const amount = `${1 + Math.floor(random() * 90)}.00`;
    const effectiveAt = pick(dates);
    const body = pick([deposit, withdrawal])(amount, effectiveAt === undefined ? {} : { effectiveAt });
    return { account, path: `/v1/accounts/${account}/transactions/t-${number}`, body, answers: [] };
  }

  async function eventsOf(account: string): Promise<RecordedAccountEvent[]> {
    const events: RecordedAccountEvent[] = [];
    for await (const recorded of store.readForwards(accountStream(account), 0)) {
      const read = fromRecordedEvent(recorded);
      if (!read.event) throw new Error(`unknown event ${recorded.type}`);
      expect(read.revision).to.equal(events.length);
      events.push(read);
    }
    return events;
  }

  it('of 32 clients on 5 accounts over 3 processes take effect once each, as answered, and overdraw nothing', async () => {
    const commands: Command[] = [];
    const end = performance.now() + underFireMs;
    await Promise.all([fire(end), ...Array.from({ length: clientCount }, () => client(commands, end))]);
    const open = [...commands];
    const settle = async () => {
      for (let command = open.pop(); command; command = open.pop()) {
        const again = command;
        await until(`an answer to ${again.path}`, async () => isSettled(await send(again)), 30_000);
      }
    };
    await Promise.all(Array.from({ length: clientCount }, settle));

    for (const account of accounts) {
      const sent = commands.filter((command) => command.account === account);
      const events = await eventsOf(account);
      const byId = checkHistory(events);
      expect(byId.size, `transactions of ${account}`).to.equal(sent.length);
      for (const command of sent) checkAnswers(command, byId.get(command.path.split('/').at(-1) ?? ''));
    }
    const answers = commands.flatMap((command) => command.answers.map(({ status }) => status));
    for (const status of [200, 201, 402]) expect(answers, 'the fire had every kind of answer').to.include(status);
  });
});

/** Folds a stream, with a look at every promise after each event. Answers its transactions by id. */
function checkHistory(events: readonly RecordedAccountEvent[]): Map<string, RecordedAccountEvent> {
  const byId = new Map<string, RecordedAccountEvent>();
  const deltaAt = new Map<number, bigint>();
  let balance = 0n;
  let recordedAt = 0;
  for (const recorded of events) {
    const { event, context, revision } = recorded;
    const where = `event ${revision} of ${event.accountId}`;
    expect(context.recordedAt, `recordedAt of ${where}`).to.be.at.least(recordedAt);
    ({ recordedAt } = context);
    balance += deltaOf(event);
    expect(context.account.balance, `the account after ${where}`).to.equal(balance);
    if (event.type === 'AccountOpened') continue;
    expect(event.balance, `the balance of ${where}`).to.equal(balance);
    expect(byId.has(event.transactionId), `${where}: ${event.transactionId} again`).to.equal(false);
    byId.set(event.transactionId, recorded);
    expect(event.effectiveAt, `the date of ${where}`).to.be.at.most(recordedAt);
    if (event.type === 'WithdrawalRefused') continue;
    deltaAt.set(event.effectiveAt, (deltaAt.get(event.effectiveAt) ?? 0n) + deltaOf(event));
    expect(context.account.latestEffectiveAt, `the latest date after ${where}`).to.equal(Math.max(...deltaAt.keys()));
    let asOf = 0n;
    for (const at of [...deltaAt.keys()].sort((a, b) => a - b)) {
      asOf += deltaAt.get(at) ?? 0n;
      expect(asOf >= 0n, `after ${where} the balance as of ${formatInstant(at)} is ${asOf}`).to.equal(true);
    }
  }
  return byId;
}

/** Every answer but 503 is what stands in the stream, and at most one of them is the first. */
function checkAnswers({ path, body, answers }: Command, recorded: RecordedAccountEvent | undefined): void {
  if (!recorded || recorded.event.type === 'AccountOpened') throw new Error(`${path} is not in the stream`);
  const { event, revision, context } = recorded;
  const decimals = context.account.decimals;
  expect({ amount: formatMinor(event.amount, decimals), dated: context.asked.effectiveAt !== null }).to.deep.equal({
    amount: body.amount,
    dated: 'effectiveAt' in body,
  });
  const definite = answers.filter(({ status }) => status !== 503);
  for (const { status, body: told } of definite) {
    expect(status, path).to.be.oneOf(event.type === 'WithdrawalRefused' ? [402] : [200, 201]);
    expect(told, path).to.include({
      transactionId: event.transactionId,
      amount: formatMinor(event.amount, decimals),
      balance: formatMinor(event.balance, decimals),
      effectiveAt: formatInstant(event.effectiveAt),
      recordedAt: formatInstant(context.recordedAt),
      revision,
    });
  }
  expect(definite.filter(({ headers }) => headers.get('Idempotent-Replayed') !== 'true').length, path).to.be.at.most(1);
}
