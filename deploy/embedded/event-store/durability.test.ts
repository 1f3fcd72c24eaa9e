import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { END, EventStoreDBClient, jsonEvent, START, streamNameFilter } from '@eventstore/db-client';
import { expect } from 'chai';
import { open } from 'lmdb';
import { until } from '../../test/until.fixture.ts';
import { lockDirectory } from '../directory-lock.ts';
import { NewerLayoutError } from './layout.ts';
import { type EventStoreNode, startEventStore } from './node.ts';

const event = (n: number) => jsonEvent({ type: 'Happened', data: { n } });

/** Commits really run; only that they count as flushed is held back until `release`, or turned into a failure. */
function heldFlush() {
  let gate: Promise<void> | undefined;
  let open = () => {};
  let failure: Error | undefined;
  let commits = 0;
  return {
    commits: () => commits,
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release() {
      gate = undefined;
      open();
    },
    failWith(error: Error | undefined) {
      failure = error;
    },
    async flush(commit: () => Promise<void>): Promise<void> {
      if (failure) throw failure;
      await commit();
      commits += 1;
      await gate;
    },
  };
}

describe('what the event store acknowledges', () => {
  let node: EventStoreNode;
  let client: EventStoreDBClient;
  let held: ReturnType<typeof heldFlush>;
  beforeEach(async () => {
    held = heldFlush();
    node = await startEventStore({ memory: true, port: 0, flush: held.flush });
    client = EventStoreDBClient.connectionString(node.url);
    await client.appendToStream('a', event(0));
  });
  afterEach(async () => {
    held.release();
    await client.dispose();
    await node.stop();
  });

  const revisionsOf = async (stream: string): Promise<number[]> => {
    const found: number[] = [];
    for await (const { event: recorded } of client.readStream(stream)) found.push(Number(recorded?.revision));
    return found;
  };

  it('is on disk: until the flush ends there is no answer, nothing to read and no live event', async () => {
    const live: number[] = [];
    const subscription = client.subscribeToAll({ fromPosition: END });
    subscription.on('data', ({ event: recorded }) => live.push(Number(recorded?.revision)));
    await new Promise((resolve) => subscription.once('caughtUp', resolve));

    held.hold();
    const before = held.commits();
    const answered: string[] = [];
    const note = (name: string) => (): void => {
      answered.push(name);
    };
    const written = client.appendToStream('a', [event(1), event(2)]).then(note('append'));
    await until('the commit whose flush is held', () => held.commits() > before);
    // A repeat of what is not flushed, a refusal by it, and an append on top of it wait as well.
    const refused = client.appendToStream('a', event(3), { expectedRevision: 0n }).catch(note('refusal'));
    const next = client.appendToStream('a', event(4), { expectedRevision: 2n }).then(note('next'));
    // Another stream's read tells that everything sent before it was taken.
    expect(await revisionsOf('a')).to.deep.equal([0]);
    const all: string[] = [];
    for await (const { event: recorded } of client.readAll()) all.push(`${recorded?.streamId}@${recorded?.revision}`);
    expect(all).to.deep.equal(['$$$scavenges@0', 'a@0']);
    expect(answered).to.deep.equal([]);
    expect(live).to.deep.equal([]);

    held.release();
    await Promise.all([written, refused, next]);
    expect(answered).to.have.members(['append', 'refusal', 'next']);
    expect(await revisionsOf('a')).to.deep.equal([0, 1, 2, 3]);
    await until('the live events', () => live.length === 3);
    expect(live).to.deep.equal([1, 2, 3]);
    await subscription.unsubscribe();
  });

  it('is refused when it cannot be written, and all is as before', async () => {
    held.failWith(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }));
    const failed = await Promise.allSettled([
      client.appendToStream('a', event(1), { expectedRevision: 0n }),
      client.appendToStream('a', event(2), { expectedRevision: 1n }),
      client.appendToStream('new', event(3), { expectedRevision: 'no_stream' }),
    ]);
    expect(failed.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'rejected']);
    expect(await revisionsOf('a')).to.deep.equal([0]);

    held.failWith(undefined);
    const { nextExpectedRevision } = await client.appendToStream('a', event(4), { expectedRevision: 0n });
    expect(nextExpectedRevision).to.equal(1n);
    await client.appendToStream('new', event(5), { expectedRevision: 'no_stream' });
    expect(await revisionsOf('new')).to.deep.equal([0]);
  });
});

describe('a live subscriber', () => {
  it('that falls behind is dropped, and one that catches up is not', async () => {
    const node = await startEventStore({ memory: true, port: 0, liveLag: 100 });
    const client = EventStoreDBClient.connectionString(node.url);
    await client.appendToStream(
      'before',
      Array.from({ length: 500 }, (_, n) => event(n)),
    );
    const seen: number[] = [];
    const subscription = client.subscribeToAll({ fromPosition: START });
    subscription.on('data', () => seen.push(1));
    const dropped = new Promise<unknown>((resolve) => subscription.once('error', resolve));
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    expect(seen).to.have.length(501);
    await client.appendToStream(
      'much',
      Array.from({ length: 101 }, (_, n) => event(n)),
    );
    expect(await dropped).to.include({
      type: 'timeout',
      message:
        '10 ABORTED: Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
    });
    await client.dispose();
    await node.stop();
  });

  it('is not behind because of events that its filter leaves out', async () => {
    const node = await startEventStore({ memory: true, port: 0, liveLag: 100 });
    const client = EventStoreDBClient.connectionString(node.url);
    const subscription = client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: ['wanted'] }),
    });
    const seen: string[] = [];
    subscription.on('data', ({ event: recorded }) => seen.push(recorded?.streamId ?? ''));
    const errors: unknown[] = [];
    subscription.on('error', (error) => errors.push(error));
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    await client.appendToStream(
      'much',
      Array.from({ length: 1000 }, (_, n) => event(n)),
    );
    await client.appendToStream('wanted', event(0));
    await until('the wanted event', () => seen.length > 0 || errors.length > 0);
    expect({ seen, errors }).to.deep.equal({ seen: ['wanted'], errors: [] });
    await subscription.unsubscribe();
    await client.dispose();
    await node.stop();
  });
});

describe('a store that is opened again', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-test-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('has everything, tells repeats at exact revisions, and has forgotten those of any', async () => {
    const [one, two] = [event(1), event(2)];
    const first = await startEventStore({ dataDir: directory, port: 0 });
    const before = EventStoreDBClient.connectionString(first.url);
    const answer = await before.appendToStream('a', [one, two], { expectedRevision: 'no_stream' });
    await before.appendToStream('a', [], { expectedRevision: 1n });
    await before.dispose();
    await first.stop();

    const second = await startEventStore({ dataDir: directory, port: 0 });
    const client = EventStoreDBClient.connectionString(second.url);
    expect(await client.appendToStream('a', [one, two], { expectedRevision: 'no_stream' })).to.deep.equal(answer);
    const again = await client.appendToStream('a', one, { expectedRevision: 'any' });
    expect(again.nextExpectedRevision).to.equal(2n);
    // The append without events before the restart has a position that is not given again.
    expect(Number(again.position?.commit)).to.be.greaterThan(Number(answer.position?.commit) + 64);
    await client.dispose();
    await second.stop();
  });

  it('is refused, and not touched, when a newer version has written it', async () => {
    const environment = open({ path: join(directory, 'events.mdb'), noSubdir: true });
    await environment.openDB({ name: 'about', encoding: 'json' }).put('layout', 3);
    await environment.close();
    const refused = await startEventStore({ dataDir: directory, port: 0 }).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(NewerLayoutError);
    expect((refused as Error).message)
      .to.contain(directory)
      .and.contain('layout 3');
    // The directory was given back.
    await (await lockDirectory(directory, { waitMs: 0 })).release();
  });
});
