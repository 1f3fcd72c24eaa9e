import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEventStore, type EventStore } from './event-store.ts';
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
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-test-'));
    store = createEventStore(await openStorage(directory));
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
});
