import type { ChildProcess } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { expect } from 'chai';
import { until } from '../../until.fixture.ts';
import type { Attempt } from './attempt.ts';
import { compareLog, compareWithWholeLog } from './compare-log.ts';
import { compareStreams } from './compare-streams.ts';
import { createLog } from './log.ts';
import { createPopulation } from './population.ts';
import { createRandom } from './random.ts';
import { nameOf } from './subscriber.ts';

export interface RoundsOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Starts the server, on the same data each time. */
  readonly start: () => Promise<{ readonly process: ChildProcess; readonly url: string }>;
  readonly progress?: (line: string) => void;
}

/** What was seen in all rounds. */
export interface Figures {
  readonly rounds: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** Without an answer, and found to be written or not. */
  readonly unknownWritten: number;
  readonly unknownAbsent: number;
  readonly byKind: Readonly<Record<Attempt['kind'], number>>;
  readonly events: number;
  readonly subscriptionEvents: number;
  /** Subscribers that were too slow while live. */
  readonly resubscribed: number;
  readonly longestStartMs: number;
}

/** Every so many rounds everything is read again from the start. */
const WHOLE_LOG_EVERY = 25;

const CATCH_UP_MS = 60_000;

/**
 * Round by round: random work, SIGKILL at a random moment, restart, comparison with what was answered.
 * @throws AssertionError, Error: what was lost, halved, repeated, or answered against the model
 */
export async function runRounds({ seed, rounds, start, progress }: RoundsOptions): Promise<Figures> {
  const random = createRandom(seed);
  const log = createLog();
  let attempts: Attempt[] = [];
  let answers = 0;
  let killAfter = Number.POSITIVE_INFINITY;
  let due = () => {};
  const population = createPopulation(random, log, {
    attempted: (attempt) => void attempts.push(attempt),
    answered() {
      answers += 1;
      if (answers >= killAfter) due();
    },
  });
  const counts = { acknowledged: 0, refused: 0, unknownWritten: 0, unknownAbsent: 0 };
  const byKind = { append: 0, metadata: 0, delete: 0, tombstone: 0 };
  let longestStartMs = 0;

  async function startTimed() {
    const began = performance.now();
    const server = await start();
    longestStartMs = Math.max(longestStartMs, performance.now() - began);
    return { ...server, client: EventStoreDBClient.connectionString(server.url) };
  }

  async function compare(client: EventStoreDBClient): Promise<void> {
    const unknown = attempts.filter(({ outcome }) => outcome.kind === 'unknown');
    await compareLog(log, client, attempts);
    await compareStreams(log, client, new Set(attempts.map(({ stream }) => stream)));
    for (const subscriber of population.subscribers) subscriber.compare(log);
    const unsure = new Set(unknown.map(({ stream }) => stream));
    population.adopt((stream) => unsure.has(stream));

    const written = unknown.filter(({ outcome }) => outcome.kind === 'acknowledged').length;
    counts.unknownWritten += written;
    counts.unknownAbsent += unknown.length - written;
    for (const { outcome, kind } of attempts) {
      if (outcome.kind === 'refused') counts.refused += 1;
      if (outcome.kind === 'acknowledged') byKind[kind] += 1;
    }
    counts.acknowledged += attempts.filter(({ outcome }) => outcome.kind === 'acknowledged').length - written;
    attempts = [];
  }

  /** Everybody works, until so many answers have come and a moment more has passed. */
  async function workUntilKilled(server: Awaited<ReturnType<typeof startTimed>>): Promise<void> {
    const ended = once(server.process, 'exit');
    const killed = new AbortController();
    setMaxListeners(0, killed.signal);
    answers = 0;
    killAfter = 20 + random.below(random.chance(0.1) ? 1_500 : 250);
    // At once is when an answer that came before its flush would show.
    const momentMs = random.chance(0.4) ? 0 : random.below(10);
    const reached = new Promise<void>((resolve) => {
      due = resolve;
    });
    const working = population.work({ client: server.client, killed: killed.signal });
    try {
      await Promise.race([reached, working]);
      if (momentMs > 0) await delay(momentMs);
    } finally {
      killed.abort();
      server.process.kill('SIGKILL');
      await ended;
    }
    await working;
    await server.client.dispose();
  }

  let server = await startTimed();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await workUntilKilled(server);
      server = await startTimed();
      await compare(server.client);
      if (round % WHOLE_LOG_EVERY === 0) await compareWithWholeLog(log, server.client);
      if (round % WHOLE_LOG_EVERY === 0) progress?.(`round ${round}: ${log.entries.length} events`);
    }
    await catchUp(server.client);
    await compareWithWholeLog(log, server.client);
    await server.client.dispose();
    const ended = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    expect(await ended, 'the end by SIGTERM').to.deep.equal([0, null]);
  } finally {
    server.process.kill('SIGKILL');
  }

  /** In the end every subscriber has seen everything. */
  async function catchUp(client: EventStoreDBClient): Promise<void> {
    const leaving = new AbortController();
    setMaxListeners(0, leaving.signal);
    const following = population.follow({ client, killed: leaving.signal });
    const behind = () => population.subscribers.filter((subscriber) => !subscriber.hasAll(log));
    const what = () => `the last events of ${behind().map(({ interest }) => nameOf(interest))}`;
    await Promise.race([until(what, () => behind().length === 0, CATCH_UP_MS), following]);
    leaving.abort();
    await following;
    for (const subscriber of population.subscribers) subscriber.compare(log);
  }

  return {
    rounds,
    ...counts,
    byKind,
    events: log.entries.length,
    subscriptionEvents: population.subscriptionEvents(),
    resubscribed: population.resubscribed(),
    longestStartMs: Math.round(longestStartMs),
  };
}
