import { BACKWARDS, binaryEvent, END, jsonEvent, START, type StreamMetadata } from '@eventstore/db-client';
import { expect } from 'chai';
import { until } from '../../until.fixture.ts';
import { has, journalled } from './journal.ts';
import { collected, event, events, freshStream, outcome, revisions, useTarget } from './target.ts';

/** What is recorded of metadata one kind at a time is in recorded/; here its kinds and its writers meet. */
describe('the expected revision of metadata', () => {
  const target = useTarget();

  it('is that of the metadata alone, whatever is appended to the stream', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.setStreamMetadata(stream, { maxCount: 3 }, { expectedRevision: 'no_stream' });
    await client.appendToStream(stream, events(5));
    const set = await client.setStreamMetadata(stream, { maxCount: 2 }, { expectedRevision: 0n });
    expect(set.nextExpectedRevision).to.equal(1n);
    expect(await outcome(client.setStreamMetadata(stream, { maxCount: 1 }, { expectedRevision: 4n }))).to.deep.equal({
      error: 'WrongExpectedVersionError',
      streamName: `$$${stream}`,
      expectedVersion: 4n,
      actualVersion: 1n,
    });
    expect(await revisions(client.readStream(stream))).to.deep.equal([3, 4]);
  });

  it('stream_exists holds for metadata that is there, and not for the stream', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(5));
    const expectedRevision = 'stream_exists';
    expect(await outcome(client.setStreamMetadata(stream, { maxCount: 1 }, { expectedRevision }))).to.include({
      error: 'WrongExpectedVersionError',
      actualVersion: 'no_stream',
    });
    await client.setStreamMetadata(stream, { maxCount: 2 });
    const set = await client.setStreamMetadata(stream, { maxCount: 1 }, { expectedRevision });
    expect(set.nextExpectedRevision).to.equal(1n);
  });

  it('lets one of many through', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.setStreamMetadata(stream, { maxCount: 1 });
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, writer) =>
        outcome(client.setStreamMetadata(stream, { writer }, { expectedRevision: 0n })),
      ),
    );
    const through = all.findIndex((each) => 'success' in each);
    expect(all.filter((each) => 'error' in each && each['actualVersion'] === 1n)).to.have.length(9);
    expect((await client.getStreamMetadata(stream)).metadata).to.deep.equal({ writer: through });
  });

  it('counts the metadata that deletes write', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(3));
    await client.deleteStream(stream);
    const asIfNone = client.setStreamMetadata(stream, { maxCount: 1 }, { expectedRevision: 'no_stream' });
    expect(await outcome(asIfNone)).to.include({ error: 'WrongExpectedVersionError', actualVersion: 0n });
    await client.appendToStream(stream, events(3));
    const set = await client.setStreamMetadata(stream, { maxCount: 1 }, { expectedRevision: 1n });
    expect(set.nextExpectedRevision).to.equal(2n);
    expect(await revisions(client.readStream(stream))).to.deep.equal([5]);
  });

  it('got back is not that revision, but the position of the metadata', async () => {
    const { client } = target();
    const stream = freshStream();
    const { position } = await client.setStreamMetadata(stream, { maxCount: 1 });
    expect((await client.getStreamMetadata(stream)).metastreamRevision).to.equal(position?.commit);
  });
});

describe('kinds of metadata together', () => {
  const target = useTarget();

  /** Of the revisions 0 to 5, all young. */
  const table: [metadata: StreamMetadata, left: number[]][] = [
    [{ maxCount: 3, truncateBefore: 1 }, [3, 4, 5]],
    [{ maxCount: 3, truncateBefore: 4 }, [4, 5]],
    [{ maxCount: 3, truncateBefore: 6 }, []],
    [{ maxCount: 10, truncateBefore: 5 }, [5]],
    [{ maxCount: 3, maxAge: 3600 }, [3, 4, 5]],
    [{ truncateBefore: 4, maxAge: 3600 }, [4, 5]],
    [{ maxCount: 2, truncateBefore: 3, maxAge: 3600 }, [4, 5]],
    [{ maxCount: 0, truncateBefore: 4 }, [4, 5]],
  ];
  for (const [metadata, left] of table) {
    it(`${JSON.stringify(metadata)} of six events leaves [${left}]`, async () => {
      const { client } = target();
      const stream = freshStream();
      await client.appendToStream(stream, events(6));
      await client.setStreamMetadata(stream, metadata);
      const read = (options: Parameters<typeof client.readStream>[1]) => revisions(client.readStream(stream, options));
      expect(await read({})).to.deep.equal(left);
      expect(await read({ fromRevision: 2n, maxCount: 1 })).to.deep.equal(left.slice(0, 1));
      expect(await read({ direction: BACKWARDS, fromRevision: END })).to.deep.equal(left.toReversed());
      expect(await read({ direction: BACKWARDS, fromRevision: 4n, maxCount: 1 })).to.deep.equal(
        left.filter((revision) => revision <= 4).slice(-1),
      );
    });
  }

  // One value of the wrong type, and nothing of the metadata counts (StreamMetadata.TryFromJsonBytes in the real server).
  const unreadable: object[] = [
    { $tb: 3, $maxCount: '1' },
    { $tb: 3, $maxCount: 1.5 },
    { $tb: 3, $maxAge: null },
    { $tb: 3, $cacheControl: 'long' },
    { $tb: 3, $acl: 'admins' },
    { $tb: 3, $acl: { $r: 5 } },
    // What JavaScript writes back of a delete's $tb: more than a signed 64-bit number holds.
    { $tb: 2 ** 63 },
  ];
  for (const data of unreadable) {
    it(`with a value that the server cannot read hide nothing: ${JSON.stringify(data)}`, async () => {
      const { client } = target();
      const stream = freshStream();
      await client.appendToStream(stream, events(5));
      await client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: { ...data } }));
      expect(await revisions(client.readStream(stream))).to.deep.equal([0, 1, 2, 3, 4]);
    });
  }

  // IndexReader.GetStreamMetadataUncached in the real server looks at data that were written as JSON only.
  it('hide nothing when their event was not written as JSON', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(5));
    const metadata = (tb: number | bigint) => binaryEvent({ type: '$metadata', data: Buffer.from(`{"$tb":${tb}}`) });
    await client.appendToStream(`$$${stream}`, metadata(3));
    expect(await revisions(client.readStream(stream))).to.deep.equal([0, 1, 2, 3, 4]);
    await client.appendToStream(`$$${stream}`, metadata(2n ** 63n - 1n));
    await client.appendToStream(stream, event('new'), { expectedRevision: 'stream_exists' });
    expect(await revisions(client.readStream(stream))).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('with an age that has passed leave only what is new, to readers and subscribers', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(5));
    await client.setStreamMetadata(stream, { maxCount: 3, truncateBefore: 1, maxAge: 2 });
    await until('the events to expire', async () => (await collected(client.readStream(stream))).length === 0);
    await client.appendToStream(stream, event('new'));
    expect(await revisions(client.readStream(stream, { fromRevision: 0n, maxCount: 1 }))).to.deep.equal([5]);
    const lines = await journalled(
      client.subscribeToStream(stream, { fromRevision: START }),
      ({ event: stored }) => Number(stored?.revision),
      (journal) => journal.until('what is there', has('caughtUp')),
    );
    expect(lines).to.deep.equal(['confirmation', 5, 'caughtUp']);
  });

  it('come back one by one', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(6));
    const left = async (metadata: StreamMetadata) => {
      await client.setStreamMetadata(stream, metadata);
      return revisions(client.readStream(stream));
    };
    expect(await left({ maxCount: 1, truncateBefore: 3 })).to.deep.equal([5]);
    expect(await left({ truncateBefore: 3 })).to.deep.equal([3, 4, 5]);
    expect(await left({ maxCount: 4 })).to.deep.equal([2, 3, 4, 5]);
    expect(await left({})).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('are lost with the stream: what is new is shown whole', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(3));
    await client.setStreamMetadata(stream, { maxCount: 1, maxAge: 3600 });
    await client.deleteStream(stream);
    await client.appendToStream(stream, events(4));
    expect(await revisions(client.readStream(stream))).to.deep.equal([3, 4, 5, 6]);
  });

  it('hide a stream that has nothing left to show, and leave it there to be deleted', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(3));
    await client.setStreamMetadata(stream, { maxCount: 1, truncateBefore: 10 });
    expect(await revisions(client.readStream(stream))).to.deep.equal([]);
    expect(await client.deleteStream(stream, { expectedRevision: 2n })).to.have.property('position');
    expect(await outcome(collected(client.readStream(stream)))).to.include({ error: 'StreamNotFoundError' });
    await client.appendToStream(stream, event('new'));
    expect(await revisions(client.readStream(stream))).to.deep.equal([3]);
  });
});

describe('metadata that brings a deleted stream back', () => {
  const target = useTarget();

  it('is answered with its own revision and position, not those of what the server adds', async () => {
    const { client } = target();
    const stream = freshStream();
    await client.appendToStream(stream, events(3));
    await client.deleteStream(stream);
    const answer = await client.setStreamMetadata(stream, { truncateBefore: 1 });
    expect(answer.nextExpectedRevision).to.equal(1n);
    const { metastreamRevision } = await client.getStreamMetadata(stream);
    expect(Number(metastreamRevision)).to.be.greaterThan(Number(answer.position?.commit));
    expect(await revisions(client.readStream(`$$${stream}`))).to.deep.equal([2]);
  });
});
