import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  jsonEvent,
  type ResolvedEvent,
  START,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { type NodeProcess, startProcess } from '../../embedded/event-store/node-process.fixture.ts';
import { repository } from '../end-to-end/ledger.fixture.ts';
import { EVENTS_PER_STREAM, fillStore, MARKED_EVERY, MARKED_TYPE, streamOf } from './large-store/fill-store.ts';

const events = Number(process.env['EVENTS'] ?? 5_000_000);

const MOST_MEMORY_MB = 250;

interface Memory {
  /** All that is in memory, pages of the store's file included, which the kernel takes back when it needs them. */
  readonly residentMb: number;
  /** What is the process's own. */
  readonly ownMb: number;
}

async function memoryOf(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string) => Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
  return { residentMb: mb('VmRSS'), ownMb: mb('RssAnon') };
}

/** Says how long it took, on a line of its own: times are for people, none is asserted. */
async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`      ${what}: ${Math.round(performance.now() - started)} ms`);
  return result;
}

async function collect(read: AsyncIterable<ResolvedEvent>): Promise<string[]> {
  const seen: string[] = [];
  for await (const { event } of read) if (event) seen.push(`${event.streamId}@${event.revision}`);
  return seen;
}

const skipped = process.platform === 'linux' ? '' : ' (skipped: memory is read from /proc)';

describe(`a store of ${events.toLocaleString('en-US')} events${skipped}`, function () {
  this.timeout(15 * 60_000);
  const streams = events / EVENTS_PER_STREAM;
  let directory: string;
  let server: NodeProcess;
  let client: EventStoreDBClient;
  let pid: number;

  before(async function fill() {
    if (skipped) this.skip();
    // Not in the system's temporary folder, which may be in memory.
    await mkdir(join(repository, '.bench'), { recursive: true });
    directory = await mkdtemp(join(repository, '.bench', 'large-store-'));
    await timed('filled', () => fillStore(directory, events));
    const { size } = await stat(join(directory, 'events.mdb'));
    console.log(`      its file: ${Math.round(size / 1024 / 1024)} MB`);
  });
  after(async () => {
    await client?.dispose();
    if (server?.process.exitCode === null) {
      server.process.kill('SIGTERM');
      await once(server.process, 'exit');
    }
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  it(`is opened, answers, and rests in less than ${MOST_MEMORY_MB} MB`, async () => {
    server = await timed('from the start of the process until it listens', () => startProcess(directory));
    pid = server.process.pid ?? 0;
    client = EventStoreDBClient.connectionString(server.url);
    const newest = await timed('first answer, connecting included: the newest event', () =>
      collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 })),
    );
    expect(newest).to.deep.equal([`${streamOf(streams - 1)}@${EVENTS_PER_STREAM - 1}`]);
    await expectMemory('at rest');
  });

  it('shows any stream', async () => {
    const revisions = Array.from({ length: EVENTS_PER_STREAM }, (_, revision) => revision);
    for (const number of [0, 1, Math.floor(streams / 2), Math.floor(streams / 3), streams - 1]) {
      const stream = streamOf(number);
      const seen = await timed(`${stream}, ${EVENTS_PER_STREAM} events`, () => collect(client.readStream(stream)));
      expect(seen).to.deep.equal(revisions.map((revision) => `${stream}@${revision}`));
    }
  });

  it('shows $all from the start, and from any position', async () => {
    const first = await timed('$all from the start, 1,000 events', () =>
      collect(client.readAll({ fromPosition: START, maxCount: 1_001 })),
    );
    expect(first.slice(1)).to.deep.equal(
      Array.from({ length: 1_000 }, (_, n) => `${streamOf(n % streams)}@${Math.floor(n / streams)}`),
    );
    const stream = streamOf(Math.floor(streams / 2));
    for await (const { event } of client.readStream(stream, { fromRevision: 50n, maxCount: 1 })) {
      if (!event?.position) throw new Error('an event without a position');
      const fromPosition = event.position;
      const next = await timed('$all from the middle, 2 events', () =>
        collect(client.readAll({ fromPosition, maxCount: 2 })),
      );
      expect(next).to.deep.equal([`${stream}@50`, `${streamOf(Math.floor(streams / 2) + 1)}@50`]);
    }
  });

  it('takes an append to an old stream and to a new one', async () => {
    const event = jsonEvent({ type: 'Appended', data: {} });
    const old = await timed('append to an old stream', () =>
      client.appendToStream(streamOf(7), event, { expectedRevision: BigInt(EVENTS_PER_STREAM - 1) }),
    );
    expect(old.nextExpectedRevision).to.equal(BigInt(EVENTS_PER_STREAM));
    await timed('append to a new stream', () =>
      client.appendToStream('new', jsonEvent({ type: 'Appended', data: {} }), { expectedRevision: 'no_stream' }),
    );
    await expectMemory('after that');
  });

  it('has everything, as a scan through a filter sees it', async () => {
    const expected = events / MARKED_EVERY;
    const subscription = client.subscribeToAll({
      filter: eventTypeFilter({ prefixes: [MARKED_TYPE], maxSearchWindow: 1_000 }),
    });
    const seen = new Set<string>();
    await timed(`${events.toLocaleString('en-US')} events scanned, ${expected} of them shown`, async () => {
      for await (const { event } of subscription) {
        if (event) seen.add(event.id);
        if (seen.size === expected) break;
      }
    });
    await subscription.unsubscribe();
    // Pages of the file that the kernel keeps for it are in the resident part now; they are nobody's need.
    const { residentMb, ownMb } = await memoryOf(pid);
    console.log(`      memory after the scan: ${residentMb} MB, of them ${ownMb} MB its own`);
    expect(ownMb).to.be.lessThan(MOST_MEMORY_MB);
  });

  async function expectMemory(when: string): Promise<void> {
    const { residentMb, ownMb } = await memoryOf(pid);
    console.log(`      memory ${when}: ${residentMb} MB, of them ${ownMb} MB its own`);
    expect(residentMb).to.be.greaterThan(0).and.lessThan(MOST_MEMORY_MB);
  }
});
