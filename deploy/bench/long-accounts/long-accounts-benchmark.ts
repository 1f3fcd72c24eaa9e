import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStore } from '@ledger/shared/event-store/event-store';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { pagesStream } from '@ledger/shared/events/streams';
import { formatInstant } from '@ledger/shared/time';
import { originOf } from '../../embedded/ledger-processes.ts';
import { untilReady } from '../../embedded/readiness.ts';
import type { Benchmark, BenchmarkOptions, BenchmarkResult } from '../benchmark.ts';
import { startChild } from '../child-process.ts';
import { median } from '../median.ts';
import { figure, table } from '../table.ts';
import { fillAccount } from './fill-account.ts';
import { pagesOf, untilWritten } from './index-pages.ts';
import { OPENED_AT } from './long-account.ts';

const FULL = { transactions: 1_000_000, rounds: 5 };
const QUICK = { transactions: 50_000, rounds: 2 };

const HOST = '127.0.0.1';
const ACCOUNT = 'long';
const NODE = new URL('../../embedded/event-store/server.js', import.meta.url);
const COMMAND_API = new URL('../../../../command-api/dist/server.js', import.meta.url);

const CURRENT = {};
const BACKDATED = { effectiveAt: formatInstant(OPENED_AT + 3_600_000) };

/** What is asked of a command-api that has just started, and within how many milliseconds it should have answered. */
const WITH_PAGES = [
  { name: 'first command', content: CURRENT, goalMs: 1_500 },
  { name: 'first command, backdated', content: BACKDATED, goalMs: 3_000 },
] as const;

export const longAccountsBenchmark: Benchmark = {
  measures: 'a long account that is not in memory: the time of its first command, with and without index pages',
  run,
};

interface Row {
  readonly name: string;
  /** Undefined where there is none for so many transactions. */
  readonly goalMs: number | undefined;
  /** One for each round, in milliseconds. */
  readonly samples: readonly number[];
}

async function run({ quick, directory, progress }: BenchmarkOptions): Promise<BenchmarkResult> {
  const { transactions, rounds } = quick ? QUICK : FULL;
  const path = join(directory, 'eventstore');
  await mkdir(path);
  progress(`writing ${figure(transactions)} transactions`);
  await fillAccount(path, ACCOUNT, transactions);
  const node = await startChild(NODE, { EVENTSTORE_DIR: path, EVENTSTORE_PORT: '0', LOG_LEVEL: 'error' });
  const url = `esdb://${HOST}:${node.port}?tls=false`;
  const store = connectEventStore(url);
  try {
    const rows = await measure({ store, url, transactions, rounds, progress });
    return { text: textOf(rows, transactions), figures: { transactions, rows } };
  } finally {
    await store.dispose();
    await node.stop();
  }
}

interface Stage {
  readonly store: EventStore;
  readonly url: string;
  readonly transactions: number;
  readonly rounds: number;
  readonly progress: (line: string) => void;
}

async function measure({ store, url, transactions, rounds, progress }: Stage): Promise<readonly Row[]> {
  const pages = pagesOf(transactions + 1);
  progress('without pages');
  const first = await askFresh(url, 'without-pages', CURRENT, pages);
  const samples = WITH_PAGES.map((): number[] => []);
  for (let round = 1; round <= rounds; round++) {
    progress(`with pages, round ${round} of ${rounds}`);
    for (const [i, { content }] of WITH_PAGES.entries()) {
      samples[i]?.push(await askFresh(url, `with-pages-${round}-${i}`, content));
    }
  }
  progress('without pages, backdated');
  // All but the newest are hidden.
  await store.setMaxCount(pagesStream(ACCOUNT), 1);
  const backdated = await askFresh(url, 'without-pages-backdated', BACKDATED);
  return [
    ...WITH_PAGES.map(({ name, goalMs }, i) => ({
      name,
      goalMs: transactions < FULL.transactions ? undefined : goalMs,
      samples: samples[i] ?? [],
    })),
    { name: 'first command, without pages', goalMs: undefined, samples: [first] },
    { name: 'first command, backdated, without pages', goalMs: undefined, samples: [backdated] },
  ];
}

/**
 * How many milliseconds a command takes that a command-api is asked first of all.
 * @param pages that it is to write before it ends
 * @throws Error where it does not accept the command
 */
async function askFresh(url: string, transactionId: string, content: object, pages = 0): Promise<number> {
  const env = { NODE_ENV: 'production', HOST, EVENTSTORE_URL: url, COMMAND_API_PORT: '0', LOG_LEVEL: 'error' };
  // It answers in any case: what is measured is when.
  const api = await startChild(COMMAND_API, { ...env, COMMAND_DEADLINE_MS: '600000' });
  try {
    const origin = originOf(HOST, api.port);
    await untilReady(origin, () => undefined);
    const started = performance.now();
    const response = await fetch(`${origin}/v1/accounts/${ACCOUNT}/transactions/${transactionId}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'withdrawal', amount: '0.01', ...content }),
    });
    const text = await response.text();
    const took = performance.now() - started;
    if (response.status !== 201) throw new Error(`${transactionId} was answered with ${response.status}: ${text}`);
    await untilWritten(origin, pages);
    return took;
  } finally {
    await api.stop();
  }
}

function textOf(rows: readonly Row[], transactions: number): string {
  const lines = rows.map(({ name, goalMs, samples }) => {
    const ms = median(samples);
    const verdict = goalMs === undefined ? '' : ms <= goalMs ? 'ok' : 'above';
    return [name, figure(ms), figure(goalMs), verdict];
  });
  return [
    `An account of ${figure(transactions)} transactions, command-api just started: medians`,
    '',
    table([['', 'ms', 'goal', ''], ...lines]),
  ].join('\n');
}
