import { ownCpuTimeMs } from '../../cpu-time.ts';
import { measuredTime } from '../../load/measured-time.ts';
import { percentile } from '../../percentile.ts';
import { acknowledge, nothingAcknowledged } from '../book.ts';
import { commandsOf, deltaMinor } from '../commands.ts';
import { bulkClient } from './bulk-client.ts';
import type { Client } from './client.ts';
import { singleClient } from './single-client.ts';
import type { SliceOrder, SliceResult } from './slice.ts';

const RECORDED = 201;
const REPLAYED = 200;

/** Runs the load of one slice. @throws Error where any command is answered otherwise than it must be */
export async function runSlice(order: SliceOrder): Promise<SliceResult> {
  const { port, workload, connections, warmUpMs, measureMs, slice } = order;
  const cpuBeforeMs = ownCpuTimeMs();
  const connect = workload.commandsEach === 1 ? singleClient : bulkClient;
  const clients = await Promise.all(Array.from({ length: connections }, () => connect(port)));
  const nextCommand = commandsOf(workload, slice);
  const acknowledged = nothingAcknowledged(workload.accounts);
  let commandsOver = 0;
  const from = performance.now() + warmUpMs;
  const to = from + measureMs;
  const measured = measuredTime(from, to);

  async function closedLoop(client: Client): Promise<void> {
    for (let sentAt = performance.now(); sentAt < to; ) {
      const commands = Array.from({ length: workload.commandsEach }, nextCommand);
      for (let copy = 0; copy < workload.copies; copy += 1) {
        await client.send(commands, copy === 0 ? RECORDED : REPLAYED);
        const answeredAt = performance.now();
        measured.add(sentAt, answeredAt, commands.length);
        commandsOver += commands.length;
        sentAt = answeredAt;
      }
      for (const command of commands) acknowledge(acknowledged, command.account, deltaMinor(command));
    }
  }

  try {
    await Promise.all(clients.map(closedLoop));
  } finally {
    for (const client of clients) client.close();
  }
  return {
    perSecond: (measured.settled * 1000) / measureMs,
    p50Ms: percentile(measured.latenciesMs, 50),
    p99Ms: percentile(measured.latenciesMs, 99),
    commands: commandsOver,
    acknowledged,
    driverCpuMs: ownCpuTimeMs() - cpuBeforeMs,
  };
}
