import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../test/until.fixture.ts';
import { createEventStore, type EventStore } from './event-store.ts';
import { type NewEvent, revisionOf, streamSpan, textAt } from './record.ts';
import { openStorage } from './storage.ts';
import { followStream, type Subscriber } from './subscription.ts';

const event = (): NewEvent => ({
  id: randomUUID(),
  type: '$metadata',
  isJson: true,
  metadata: new Uint8Array(),
  data: Buffer.from('{}'),
});

describe('a live subscription', () => {
  let directory: string;
  let store: EventStore;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'subscription-test-'));
    store = createEventStore(await openStorage(directory));
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  it('to metadata shows what one commit holds beside the end of the stream that it describes', async () => {
    await store.append('s', 'no_stream', [event()]);
    const seen: string[] = [];
    const leaving = new AbortController();
    const subscriber: Subscriber = {
      event: (record) => seen.push(`${textAt(record, streamSpan(record))}@${revisionOf(record)}`) > 0,
      checkpoint: () => undefined,
      caughtUp: () => seen.push('caughtUp'),
      ready: async () => undefined,
      gone: leaving.signal,
    };
    const following = followStream(store, { stream: '$$s', after: 'end', liveLag: 400 }, subscriber);
    await Promise.all([store.append('$$s', 'any', [event(), event()]), store.delete('s', 'any', 'for-good')]);
    await until('the metadata', () => seen.length >= 3);
    leaving.abort();
    await following;
    expect(seen).to.deep.equal(['caughtUp', '$$s@0', '$$s@1']);
  });
});
