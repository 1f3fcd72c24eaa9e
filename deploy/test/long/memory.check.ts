import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandsOf } from '../../bench/commands/commands.ts';
import { startTogether } from '../../bench/commands/contenders/started.ts';
import { bulkClient } from '../../bench/commands/driver/bulk-client.ts';
import { openLedgerAccounts } from '../../bench/commands/ledger-accounts/open-accounts.ts';
import { untilReady } from '../../embedded/readiness.ts';
import { repository } from '../end-to-end/ledger.fixture.ts';
import { type InspectedProcess, type Memory, startInspected } from './memory/inspected-process.ts';

const commands = Number(process.env['COMMANDS'] ?? 1_000_000);
const ACCOUNTS = 1_000;
const COMMANDS_EACH = 1_000;
const REQUESTS_AT_ONCE = 4;
const MOST_GROWTH = 0.1;

interface Processes {
  readonly eventStore: InspectedProcess;
  readonly commandApi: InspectedProcess;
}

/** What both processes take. */
type Moment = Record<keyof Processes, Memory>;

const skipped = process.platform === 'linux' ? '' : ' (skipped: memory is read from /proc)';

describe(`the memory of ${commands.toLocaleString('en-US')} commands to ${ACCOUNTS} accounts${skipped}`, function () {
  this.timeout(20 * 60_000);
  let directory: string;

  before(async function makeDirectory() {
    if (skipped) this.skip();
    await mkdir(join(repository, '.bench'), { recursive: true });
    directory = await mkdtemp(join(repository, '.bench', 'memory-'));
  });
  after(async () => {
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  it(`is at their end what it was at half of them, but for ${MOST_GROWTH * 100} %`, () =>
    startTogether(async (started) => {
      const eventStore = started.add(
        await startInspected(join(repository, 'deploy/dist/embedded/event-store/server.js'), {
          EVENTSTORE_DIR: directory,
          EVENTSTORE_PORT: '0',
        }),
      );
      const commandApi = started.add(
        await startInspected(join(repository, 'command-api/dist/server.js'), {
          EVENTSTORE_URL: `esdb://127.0.0.1:${eventStore.port}?tls=false`,
          COMMAND_API_PORT: '0',
        }),
      );
      const processes = { eventStore, commandApi };
      const origin = `http://127.0.0.1:${commandApi.port}`;
      await untilReady(origin, console.log);
      await openLedgerAccounts(origin, ACCOUNTS);
      const nextCommand = commandsOf({ accounts: ACCOUNTS, choice: 'even' }, 'memory');
      const half = Math.floor(commands / 2);

      await send(commandApi.port, half, nextCommand);
      const atHalf = await memoryOf(processes, `after ${half} commands`);
      await send(commandApi.port, commands - half, nextCommand);
      const atEnd = await memoryOf(processes, `after ${commands} commands`);
      await started.stop();

      const growth = atEnd.commandApi.rss / atHalf.commandApi.rss - 1;
      console.log(`      command-api: ${(growth * 100).toFixed(1)} % more`);
      expect(Math.abs(growth)).to.be.lessThan(MOST_GROWTH);
    }));
});

/** Sends so many commands in bulk requests, some at a time; each has to be accepted. */
async function send(port: number, count: number, nextCommand: ReturnType<typeof commandsOf>): Promise<void> {
  const startedMs = performance.now();
  let left = count;
  const sendOthers = async () => {
    const client = bulkClient(port);
    while (left > 0) {
      const length = Math.min(left, COMMANDS_EACH);
      left -= length;
      await client.send(Array.from({ length }, nextCommand), 201);
    }
    client.close();
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, sendOthers));
  console.log(`      ${count} commands: ${Math.round((performance.now() - startedMs) / 1000)} s`);
}

async function memoryOf({ eventStore, commandApi }: Processes, when: string): Promise<Moment> {
  const moment = { eventStore: await eventStore.memoryInUse(), commandApi: await commandApi.memoryInUse() };
  const mb = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  for (const [name, { rss, heapUsed, external }] of Object.entries(moment)) {
    console.log(`      ${when}: ${name}: RSS ${mb(rss)}, heapUsed ${mb(heapUsed)}, external ${mb(external)}`);
  }
  return moment;
}
