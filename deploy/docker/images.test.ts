import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type EventStoreNode, startEventStore } from '../embedded/event-store/node.ts';
import { testDatabase } from '../test/postgres.fixture.ts';
import { until } from '../test/until.fixture.ts';

const repository = join(import.meta.dirname, '../..');

/** Without an engine that could build the images: each service is run from the files that its image has, and no others. */
describe('the files that the Dockerfile copies into an image', () => {
  let node: EventStoreNode;
  let databaseUrl: string;
  const folders: string[] = [];
  const processes: ChildProcess[] = [];

  before(async () => {
    node = await startEventStore({ memory: true, port: 0 });
    databaseUrl = await testDatabase();
  });
  after(async () => {
    for (const child of processes) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    for (const folder of folders) await rm(folder, { recursive: true });
    await node.stop();
  });

  // In this order: the query API is ready when the projector has made its tables.
  for (const service of ['command-api', 'projector', 'query-api']) {
    it(`are all that the ${service} needs`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'ledger-image-'));
      folders.push(folder);
      const command = await layOut(service, folder);
      const ports = { COMMAND_API_PORT: '0', PROJECTOR_PORT: '0', QUERY_API_PORT: '0' };
      const child = spawn(process.execPath, command.slice(1), {
        cwd: folder,
        env: { EVENTSTORE_URL: node.url, DATABASE_URL: databaseUrl, LOG_LEVEL: 'error', ...ports },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      processes.push(child);
      let complaints = '';
      const collect = (chunk: Buffer) => {
        complaints += chunk;
      };
      child.stdout?.on('data', collect);
      child.stderr?.on('data', collect);
      const listening = once(child, 'message').then(([message]) => Number(message.listening.port));
      const ended = once(child, 'exit').then(() => {
        throw new Error(complaints);
      });
      const port = await Promise.race([listening, ended]);
      const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
      await Promise.race([until(`${service} is ready`, ready), ended]);
    });
  }
});

/** Copies what the stages of a target copy, with this repository as what was built; answers the command that it runs. */
async function layOut(target: string, folder: string): Promise<readonly string[]> {
  const dockerfile = (await readFile(join(import.meta.dirname, 'Dockerfile'), 'utf8')).replaceAll('\\\n', ' ');
  const stages = dockerfile.split(/^FROM /m).map((stage) => `FROM ${stage}`);
  let command: readonly string[] = [];
  for (let name: string | undefined = target; name !== undefined; ) {
    const [, from, stage] = findStage(stages, name);
    for (const [, paths = ''] of stage.matchAll(/^COPY (?:--from=build )?(.+)$/gm)) {
      const sources = paths.split(/\s+/).map((path) => path.replace(/^\/ledger\//, ''));
      const destination = sources.pop() ?? '';
      const isFolder = /\/$/.test(destination);
      for (const source of sources) {
        await cp(join(repository, source), join(folder, destination, isFolder ? basename(source) : ''), {
          recursive: true,
        });
      }
    }
    if (command.length === 0) command = JSON.parse(/^CMD (\[.+\])$/m.exec(stage)?.[1] ?? '[]');
    name = stages.some((other) => other.includes(` AS ${from}\n`)) ? from : undefined;
  }
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  return command;
}

function findStage(stages: readonly string[], name: string): [string, string, string] {
  for (const stage of stages) {
    const [, from = '', as] = /^FROM (\S+) AS (\S+)\n/.exec(stage) ?? [];
    if (as === name) return [name, from, stage];
  }
  throw new Error(`the Dockerfile has no stage ${name}`);
}
