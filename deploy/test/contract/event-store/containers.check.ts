import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { startEventStore } from '../../../embedded/event-store/node.ts';
import { freePort } from '../../../embedded/ports.ts';
import { runSuite } from './run-suite.ts';

const PORT = 2113;

/** A large image has to be fetched first. */
const START_MS = 10 * 60_000;

/** Releases in use, each with the prefix of its settings. Before 25 it was called EventStoreDB. */
const IMAGES = [
  { image: 'eventstore/eventstore:24.10', prefix: 'EVENTSTORE' },
  { image: 'kurrentplatform/kurrentdb:25.1', prefix: 'KURRENTDB' },
  { image: 'kurrentplatform/kurrentdb:26.1.1', prefix: 'KURRENTDB' },
] as const;

/** A single node without TLS, users or projections, in memory, which tells its clients where they reach it. */
async function startServer({ image, prefix }: (typeof IMAGES)[number]): Promise<StartedTestContainer> {
  const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
  const port = await freePort('127.0.0.1');
  const settings = {
    INSECURE: 'true',
    MEM_DB: 'true',
    CLUSTER_SIZE: '1',
    RUN_PROJECTIONS: 'None',
    TELEMETRY_OPTOUT: 'true',
    NODE_HOST_ADVERTISE_AS: host,
    NODE_PORT_ADVERTISE_AS: String(port),
  };
  return new GenericContainer(image)
    .withEnvironment(Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix}_${name}`, value])))
    .withExposedPorts({ container: PORT, host: port })
    .withWaitStrategy(Wait.forHttp('/health/live', PORT).forStatusCode(204))
    .withStartupTimeout(START_MS)
    .start();
}

/** That there is a program called docker says nothing of an engine. */
const engineAnswers = (): boolean => spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0;

/** Prints mocha's summary: the counts, and each failed case with its reason. */
async function expectContractOf(url: string): Promise<void> {
  const { summary, failed } = await runSuite(url);
  console.log(summary.replaceAll(/^/gm, '    '));
  expect(failed, 'failed cases').to.equal(0);
}

describe('the contract of the event store', function () {
  this.timeout(START_MS + 5 * 60_000);

  it('holds for an embedded node that is given by its URL', async () => {
    const node = await startEventStore({ memory: true, port: 0 });
    try {
      await expectContractOf(node.url);
    } finally {
      await node.stop();
    }
  });

  const skipped = engineAnswers() ? '' : ' (skipped: no Docker engine answers)';
  for (const server of IMAGES) {
    it(`holds for ${server.image}${skipped}`, async function container() {
      if (skipped) this.skip();
      const container = await startServer(server);
      try {
        await expectContractOf(`esdb://${container.getHost()}:${container.getMappedPort(PORT)}?tls=false`);
      } finally {
        await container.stop();
      }
    });
  }
});
