import { once } from 'node:events';
import { cp, mkdtemp, open, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BACKWARDS, EventStoreDBClient, jsonEvent, type ResolvedEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { open as openLmdb } from 'lmdb';
import { lockDirectory } from '../directory-lock.ts';
import { DamagedStoreError } from './damage.ts';
import { checkMetaPages } from './meta-pages.ts';
import { startEventStore } from './node.ts';
import { startProcess } from './node-process.fixture.ts';
import { indexKey } from './storage-keys.ts';
import { verifyApart } from './verify-apart.ts';

const PAGE = 4096;
const STREAMS = 20;
const EVENTS_EACH = 30;
/** The first event of the log stands before them. */
const ALL_EVENTS = STREAMS * EVENTS_EACH + 1;
/** What the data of every event holds; no page of the index has it. */
const MARK = 'a-text-that-is-found-in-the-file';

const event = (n: number) => jsonEvent({ type: 'Happened', data: { n, text: MARK.padEnd(200, '.') } });

/** A store that was filled and closed, in a directory of its own. */
async function filledStore(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'event-store-damage-'));
  const node = await startEventStore({ dataDir: directory, port: 0 });
  const client = EventStoreDBClient.connectionString(node.url);
  for (let s = 0; s < STREAMS; s += 1) {
    await client.appendToStream(
      `s-${s}`,
      Array.from({ length: EVENTS_EACH }, (_, n) => event(n)),
    );
  }
  await client.dispose();
  await node.stop();
  return directory;
}

async function readAll(directory: string): Promise<string[]> {
  const node = await startEventStore({ dataDir: directory, port: 0 });
  const client = EventStoreDBClient.connectionString(node.url);
  try {
    const found: string[] = [];
    for await (const { event: recorded } of client.readAll()) found.push(`${recorded?.streamId}@${recorded?.revision}`);
    return found;
  } finally {
    await client.dispose();
    await node.stop();
  }
}

describe('a damaged store', () => {
  let whole: string;
  let directory: string;
  let file: string;
  before(async () => {
    whole = await filledStore();
  });
  after(() => rm(whole, { recursive: true }));
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-damage-'));
    await cp(whole, directory, { recursive: true });
    file = join(directory, 'events.mdb');
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function overwrite(at: number, bytes: Uint8Array, path = file): Promise<void> {
    const handle = await open(path, 'r+');
    await handle.write(bytes, 0, bytes.length, at);
    await handle.close();
  }

  async function contents(): Promise<Buffer> {
    const handle = await open(file);
    const bytes = await handle.readFile();
    await handle.close();
    return bytes;
  }

  const refusal = async () => {
    const refused = await startEventStore({ dataDir: directory, port: 0 }).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(DamagedStoreError);
    // The directory was given back.
    await (await lockDirectory(directory, { waitMs: 0 })).release();
    return (refused as Error).message;
  };

  it('that is none is verified', async () => {
    const { entries, events, streams, problems } = await verifyApart(directory);
    expect({ entries, events, streams, problems }).to.deep.equal({
      entries: ALL_EVENTS,
      events: ALL_EVENTS,
      streams: STREAMS + 1,
      problems: [],
    });
  });

  it('is not seen in one that another process writes to', async () => {
    const { process: server, url } = await startProcess(directory);
    const client = EventStoreDBClient.connectionString(url);
    let writing = 2;
    const write = async () => {
      for (let n = 0; n < 500; n += 1) await client.appendToStream('more', event(n));
      writing -= 1;
    };
    const written = Promise.all([write(), write()]);
    while (writing > 0) await checkMetaPages(file);
    await written;
    await client.dispose();
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  });

  for (const page of [0, 1]) {
    it(`is refused by its name, and left as it is, when meta page ${page} is overwritten`, async () => {
      await overwrite(page * PAGE, new Uint8Array(PAGE));
      const before = await contents();
      expect(await refusal())
        .to.contain(file)
        .and.contain(`meta page ${page}`);
      expect((await contents()).equals(before)).to.equal(true);
    });
  }

  it('is refused when a meta page is of another time', async () => {
    const bytes = await contents();
    const transaction = bytes.readBigUInt64LE(PAGE + 152) - 2n;
    bytes.writeBigUInt64LE(transaction, PAGE + 152);
    await overwrite(PAGE + 152, bytes.subarray(PAGE + 152, PAGE + 160));
    expect(await refusal()).to.contain('meta pages are of transactions');
  });

  it('is refused when its end is missing', async () => {
    const { size } = await stat(file);
    await truncate(file, Math.floor(size / 2 / PAGE) * PAGE);
    expect(await refusal())
      .to.contain(file)
      .and.contain(`bytes of ${size}`);
    await truncate(file, 100);
    expect(await refusal()).to.contain('it ends within meta page 0');
  });

  it('is found by verify, and the events before the damage are read, when one byte of data is another', async () => {
    const bytes = await contents();
    const at = bytes.lastIndexOf(MARK) + 5;
    await overwrite(at, Uint8Array.of((bytes[at] ?? 0) ^ 1));
    const { problems } = await verifyApart(directory);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.match(/^the data of entry \d+ is not as it was written$/);

    const node = await startEventStore({ dataDir: directory, port: 0 });
    const client = EventStoreDBClient.connectionString(node.url);
    const found: string[] = [];
    const reading = (async () => {
      for await (const { event: recorded } of client.readAll()) found.push(recorded?.id ?? '');
    })();
    const error = await reading.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
    expect((error as Error).message)
      .to.contain('DATA_LOSS')
      .and.contain(file);
    expect(found.length).to.be.lessThan(ALL_EVENTS);
    const streams = Array.from({ length: STREAMS }, async (_, n) => {
      for await (const _event of client.readStream(`s-${n}`));
    });
    const lost = (await Promise.allSettled(streams)).filter(({ status }) => status === 'rejected');
    expect(lost).to.have.length(1);
    // Other streams are read and written as before.
    await client.appendToStream('new', event(0), { expectedRevision: 'no_stream' });
    await client.dispose();
    await node.stop();
  });

  it('is never taken for whole, whatever byte of the pages in use is another', async function flips() {
    this.timeout(120_000);
    const bytes = await contents();
    const before = await readAll(directory);
    const flipped = async (i: number) => {
      // Spread over the file, all different, the same in every run.
      const at = 2 * PAGE + ((i * 104_729) % (bytes.length - 2 * PAGE));
      const copy = join(directory, `copy-${i}`);
      await cp(whole, copy, { recursive: true });
      await overwrite(at, Uint8Array.of((bytes[at] ?? 0) ^ 0x40), join(copy, 'events.mdb'));
      const { problems } = await verifyApart(copy);
      // A byte that nothing reads (a free page, the gap within a page) is no damage: then all is as it was.
      if (problems.length === 0) expect(await readAll(copy), `byte ${at}`).to.deep.equal(before);
    };
    await Promise.all(Array.from({ length: 12 }, (_, i) => flipped(i)));
  });
});

describe('a store whose index or log has lost something', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await filledStore();
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** What the first stream's events stand under: after the first event of the log, in one append. */
  const [STREAM, FIRST] = ['s-0', 2];

  const endsWith = async (read: (client: EventStoreDBClient) => AsyncIterable<ResolvedEvent>) => {
    const node = await startEventStore({ dataDir: directory, port: 0 });
    const client = EventStoreDBClient.connectionString(node.url);
    const seen: number[] = [];
    try {
      for await (const { event: recorded } of read(client)) seen.push(Number(recorded?.revision));
      return { seen, end: '' };
    } catch (error) {
      return { seen, end: String(error) };
    } finally {
      await client.dispose();
      await node.stop();
    }
  };

  it('does not show the event of another stream', async () => {
    const { index, close } = openRaw(directory);
    const other = Buffer.alloc(4);
    other.writeUInt32LE(FIRST + EVENTS_EACH + 3);
    await index.put(indexKey(FIRST, 3), other);
    await close();
    const { seen, end } = await endsWith((client) => client.readStream(STREAM));
    expect(seen).to.deep.equal([0, 1, 2]);
    expect(end).to.contain('DATA_LOSS').and.contain(`revision 3 of stream ${STREAM}`);
  });

  it('does not pass over an event of a stream', async () => {
    const { index, close } = openRaw(directory);
    await index.remove(indexKey(FIRST, 3));
    await close();
    const forwards = await endsWith((client) => client.readStream(STREAM));
    expect(forwards.seen).to.deep.equal([0, 1, 2]);
    expect(forwards.end).to.contain('DATA_LOSS').and.contain(`revision 3 of stream ${STREAM}`);
    const backwards = await endsWith((client) => client.readStream(STREAM, { direction: BACKWARDS, fromRevision: 5n }));
    expect(backwards.seen).to.deep.equal([5, 4]);
    expect(backwards.end).to.contain('DATA_LOSS');
  });

  it('does not pass over an entry of the log, and does not look for it for ever', async () => {
    const { log, close } = openRaw(directory);
    for (let entry = 5; entry < ALL_EVENTS; entry += 1) await log.remove(entry);
    await close();
    for (const read of ['readAll', 'subscribeToAll'] as const) {
      const { seen, end } = await endsWith((client) => client[read]());
      expect(seen, read).to.deep.equal([0, 0, 1, 2]);
      expect(end, read).to.contain('DATA_LOSS').and.contain('entry 5 is missing');
    }
  });
});

function openRaw(path: string) {
  const environment = openLmdb({ path: join(path, 'events.mdb'), noSubdir: true, maxDbs: 4 });
  return {
    log: environment.openDB<Buffer, number>({ name: 'log', keyEncoding: 'uint32', encoding: 'binary' }),
    index: environment.openDB<Buffer, Buffer>({ name: 'index', keyEncoding: 'binary', encoding: 'binary' }),
    about: environment.openDB<number, string>({ name: 'about', encoding: 'json' }),
    close: () => environment.close(),
  };
}

describe('a store of layout 1', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await filledStore();
    const { log, about, close } = openRaw(directory);
    for (const { key, value } of log.getRange({})) {
      // Layout 1 had no checksums, which are the eight bytes from 48 on.
      await log.put(key, Buffer.concat([value.subarray(0, 48), value.subarray(56)]));
    }
    await about.put('layout', 1);
    await close();
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gets checksums when it is opened, and has every event then', async () => {
    const { problems } = await verifyApart(directory);
    expect(problems).to.have.length(1);
    expect(problems[0]).to.contain('no checksums yet');
    expect(await readAll(directory)).to.have.length(ALL_EVENTS);
    expect((await verifyApart(directory)).problems).to.deep.equal([]);
    expect(await readAll(directory)).to.have.length(ALL_EVENTS);
  });

  it('goes on where a migration was stopped', async () => {
    await readAll(directory);
    const { log, about, close } = openRaw(directory);
    const half = Math.floor(ALL_EVENTS / 2);
    for (const { key, value } of log.getRange({ start: half + 1 })) {
      await log.put(key, Buffer.concat([value.subarray(0, 48), value.subarray(56)]));
    }
    await about.put('migrated', half);
    await close();
    expect(await readAll(directory)).to.have.length(ALL_EVENTS);
    expect((await verifyApart(directory)).problems).to.deep.equal([]);
  });
});
