import { ownCpuTimeMs } from '../cpu-time.ts';
import { percentile } from '../percentile.ts';
import { type Connection, getRequest, openConnection } from './connection.ts';
import { measuredTime } from './measured-time.ts';
import type { ReadOrder, ReadResult } from './read-slice.ts';

const OK = 200;

/** Runs the load of one slice. @throws Error where any answer is not 200 */
export async function runReads(order: ReadOrder): Promise<ReadResult> {
  const { port, paths, connections, warmUpMs, measureMs } = order;
  const cpuBeforeMs = ownCpuTimeMs();
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  let answers = 0;
  let next = 0;
  const from = performance.now() + warmUpMs;
  const to = from + measureMs;
  const measured = measuredTime(from, to);

  async function closedLoop(connection: Connection): Promise<void> {
    for (let sentAt = performance.now(); sentAt < to; ) {
      const path = paths[next] ?? '/';
      next = (next + 1) % paths.length;
      const { status, body } = await connection.ask(getRequest(path));
      if (status !== OK) throw new Error(`${path} was answered ${status}: ${body}`);
      const answeredAt = performance.now();
      measured.add(sentAt, answeredAt, 1);
      answers += 1;
      sentAt = answeredAt;
    }
  }

  try {
    await Promise.all(open.map(closedLoop));
  } finally {
    for (const connection of open) connection.close();
  }
  return {
    perSecond: (measured.settled * 1000) / measureMs,
    p50Ms: percentile(measured.latenciesMs, 50),
    p99Ms: percentile(measured.latenciesMs, 99),
    answers,
    driverCpuMs: ownCpuTimeMs() - cpuBeforeMs,
  };
}
