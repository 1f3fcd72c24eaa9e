import { setTimeout as delay } from 'node:timers/promises';
import { acknowledge, nothingAcknowledged } from '../commands/book.ts';
import { commandsOf, deltaMinor } from '../commands/commands.ts';
import { expectStatus, requestOf } from '../commands/driver/single-request.ts';
import { ownCpuTimeMs } from '../cpu-time.ts';
import { type Connection, openConnection } from '../load/connection.ts';
import { followRevision, revisionOf } from './follow-revision.ts';
import type { PacedOrder, PacedResult } from './paced-load.ts';

/** More than there are ever commands under way, unless the ledger is far behind: then a command waits for one of them. */
const CONNECTIONS = 128;

/** So many commands a second are followed until a read shows them: their reads are a small part of the load. */
const FOLLOWED_PER_SECOND = 20;

const RECORDED = 201;

/** @throws Error where a command is not accepted, or is not shown in time */
export async function runPacedLoad(order: PacedOrder): Promise<PacedResult> {
  const { commandPort, queryPort, accounts, perSecond, warmUpMs, measureMs } = order;
  const cpuBeforeMs = ownCpuTimeMs();
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(commandPort)));
  const readers: Connection[] = [];
  const idleReaders: Connection[] = [];
  const nextCommand = commandsOf({ accounts, choice: 'even' }, 'lag');
  const acknowledged = nothingAcknowledged(accounts);
  const latencies: number[] = [];
  const lags: number[] = [];
  const followed: Promise<void>[] = [];
  let answeredInTime = 0;
  let reads = 0;
  let next = 0;
  const commands = Math.ceil(((warmUpMs + measureMs) * perSecond) / 1_000);
  const followEvery = Math.max(1, Math.round(perSecond / FOLLOWED_PER_SECOND));
  const startAt = performance.now();
  const measureFrom = startAt + warmUpMs;
  const measureTo = measureFrom + measureMs;

  async function follow(account: number, body: Buffer, answeredAt: number): Promise<void> {
    const reader = idleReaders.pop() ?? (await openConnection(queryPort));
    if (!readers.includes(reader)) readers.push(reader);
    const { shownAt, reads: needed } = await followRevision(reader, account, revisionOf(body));
    idleReaders.push(reader);
    reads += needed;
    lags.push(shownAt - answeredAt);
  }

  async function sendInTurn(connection: Connection): Promise<void> {
    for (let number = next++; number < commands; number = next++) {
      const dueAt = startAt + (number * 1_000) / perSecond;
      const command = nextCommand();
      const waitMs = dueAt - performance.now();
      if (waitMs > 0) await delay(waitMs);
      const answer = await connection.ask(requestOf(command));
      const answeredAt = performance.now();
      expectStatus(command, answer, RECORDED);
      acknowledge(acknowledged, command.account, deltaMinor(command));
      if (answeredAt >= measureFrom && answeredAt < measureTo) answeredInTime += 1;
      if (dueAt < measureFrom) continue;
      latencies.push(answeredAt - dueAt);
      if (number % followEvery === 0) followed.push(follow(command.account, answer.body, answeredAt));
    }
  }

  try {
    await Promise.all(connections.map(sendInTurn));
    await Promise.all(followed);
  } finally {
    for (const connection of [...connections, ...readers]) connection.close();
  }
  return {
    perSecond: (answeredInTime * 1_000) / measureMs,
    latenciesMs: Float64Array.from(latencies).sort(),
    lagsMs: Float64Array.from(lags).sort(),
    reads,
    commands,
    acknowledged,
    driverCpuMs: ownCpuTimeMs() - cpuBeforeMs,
  };
}
