import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEventStore, type EventStore, type Flush } from './event-store.ts';
import type { NewEvent } from './record.ts';
import { openStorage } from './storage.ts';
import { verifyApart } from './verify-apart.ts';

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'Happened',
  isJson: true,
  metadata: new Uint8Array(),
  data: Buffer.from('{}'),
});

describe('the event store', () => {
  let directory: string;
  let store: EventStore;
  /** Stands around every commit. */
  let flush: Flush;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-test-'));
    flush = (commit) => commit();
    store = createEventStore(await openStorage(directory), { flush: (commit) => flush(commit) });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it('refuses to delete a stream whose metadata has ended for good, and its log has no gap', async () => {
    await store.append('s', 'no_stream', [event()]);
    await store.delete('$$s', 'any', 'for-good');
    expect(await store.delete('s', 'any', 'soft')).to.deep.equal({ kind: 'stream-deleted' });
    expect(await store.append('s', 0n, [event()])).to.include({ kind: 'appended', last: 1, sequence: 3 });
    expect(await store.delete('s', 1n, 'for-good')).to.include({ kind: 'deleted', sequence: 4 });
    expect((await verifyApart(directory)).problems).to.deep.equal([]);
  });

  const fails = async (): Promise<void> => {
    throw new Error('no space left on device');
  };

  it('gives the sequence numbers of a write that failed to the next, and takes its events for new', async () => {
    const [first, again] = [event(), event()];
    await store.append('s', 'any', [first]);
    flush = fails;
    const failed = [store.append('s', 'any', [again]), store.append('s', 1n, [event()]), store.delete('s', 2n, 'soft')];
    expect((await Promise.allSettled(failed)).map(({ status }) => status)).to.deep.equal(Array(3).fill('rejected'));
    flush = (commit) => commit();
    expect(await store.append('s', 'any', [again])).to.deep.equal({ kind: 'appended', last: 1, sequence: 2 });
    expect((await verifyApart(directory)).problems).to.deep.equal([]);
  });

  it('shows what a write left that failed after its commit, and tells those who wait for it', async () => {
    await store.append('s', 'any', [event()]);
    flush = async (commit) => {
      await commit();
      throw new Error('the answer was lost');
    };
    const told = store.newerThan(1, new AbortController().signal);
    const [failed] = await Promise.allSettled([store.append('s', 'any', [event()])]);
    expect(failed.status).to.equal('rejected');
    flush = (commit) => commit();
    expect(store.newest()).to.equal(2);
    await told;
    expect(await store.append('s', 1n, [event()])).to.deep.equal({ kind: 'appended', last: 2, sequence: 3 });
  });

  it('refuses for what is on its way to the disk only once that is there', async () => {
    await store.append('s', 'any', [event()]);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    flush = async (commit) => {
      await commit();
      await held;
    };
    const told: string[] = [];
    const deleted = store.delete('s', 'any', 'soft').then(({ kind }) => told.push(kind));
    // The stream itself has nothing on its way: its metadata has.
    const refused = store.append('s', 'stream_exists', [event()]).then(({ kind }) => told.push(kind));
    await new Promise(setImmediate);
    expect(told).to.deep.equal([]);
    release();
    await Promise.all([deleted, refused]);
    expect(told).to.deep.equal(['deleted', 'stream-deleted']);
  });

  it('answers an append before it tells those who wait for its events', async () => {
    const told: string[] = [];
    const watched = store.newerThan(0, new AbortController().signal).then(() => told.push('event'));
    await Promise.all([watched, store.append('s', 'any', [event()]).then(() => told.push('answer'))]);
    expect(told).to.deep.equal(['answer', 'event']);
  });

  it('writes what it has taken before it closes', async () => {
    const other = await mkdtemp(join(tmpdir(), 'event-store-test-'));
    const closing = createEventStore(await openStorage(other));
    const taken = closing.append('s', 'any', [event()]);
    await closing.close();
    expect(await taken).to.include({ kind: 'appended', last: 0 });
    expect((await verifyApart(other)).events).to.equal(1);
    await rm(other, { recursive: true });
  });
});
