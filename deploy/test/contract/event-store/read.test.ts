import { BACKWARDS, binaryEvent, END, EventStoreDBClient, FORWARDS, jsonEvent, START } from '@eventstore/db-client';
import { expect } from 'chai';
import { collected, event, events, freshStream, outcome, revisions, useTarget } from './target.ts';

describe('reads of a stream', () => {
  const target = useTarget();
  const stream = freshStream();
  before(() => target().client.appendToStream(stream, events(5)));

  const forwards: [from: bigint | typeof START, max: number, found: number[]][] = [
    [START, 100, [0, 1, 2, 3, 4]],
    [START, 2, [0, 1]],
    [2n, 100, [2, 3, 4]],
    [2n, 2, [2, 3]],
    [4n, 100, [4]],
    [5n, 100, []],
    [2n ** 63n - 1n, 100, []],
  ];
  for (const [fromRevision, maxCount, found] of forwards) {
    it(`forwards from ${fromRevision}, at most ${maxCount}: [${found}]`, async () => {
      const read = target().client.readStream(stream, { direction: FORWARDS, fromRevision, maxCount });
      expect(await revisions(read)).to.deep.equal(found);
    });
  }

  const backwards: [from: bigint | typeof START | typeof END, max: number, found: number[]][] = [
    [END, 100, [4, 3, 2, 1, 0]],
    [END, 1, [4]],
    [2n, 100, [2, 1, 0]],
    [2n, 2, [2, 1]],
    [20n, 2, [4, 3]],
    [START, 100, [0]],
  ];
  for (const [fromRevision, maxCount, found] of backwards) {
    it(`backwards from ${fromRevision}, at most ${maxCount}: [${found}]`, async () => {
      const read = target().client.readStream(stream, { direction: BACKWARDS, fromRevision, maxCount });
      expect(await revisions(read)).to.deep.equal(found);
    });
  }

  it('refuses to read forwards from the end, and nothing at all', async () => {
    for (const options of [{ fromRevision: END }, { maxCount: 0 }] as const) {
      const read = collected(target().client.readStream(stream, options));
      expect(await outcome(read)).to.deep.equal({ error: 'UnknownError', code: 2 });
    }
  });

  it('says so when there is no such stream', async () => {
    const missing = freshStream();
    const error = { error: 'StreamNotFoundError', streamName: missing };
    expect(await outcome(collected(target().client.readStream(missing)))).to.deep.equal(error);
    const fromEnd = target().client.readStream(missing, { direction: BACKWARDS, fromRevision: END });
    expect(await outcome(collected(fromEnd))).to.deep.equal(error);
  });

  it('gives every event as it was written', async () => {
    const own = freshStream();
    const written = [
      jsonEvent({ type: 'Object', data: { text: 'ěšč', list: [1, null] }, metadata: { by: 'me' } }),
      jsonEvent({ type: 'Text', data: 'text' }),
      binaryEvent({ type: 'Bytes', data: Uint8Array.of(0, 255, 1), metadata: Uint8Array.of(1, 2) }),
      binaryEvent({ type: 'Nothing', data: new Uint8Array() }),
    ];
    const { position } = await target().client.appendToStream(own, written);
    const read = await collected(target().client.readStream(own));
    expect(read.map((each) => each.event)).to.have.length(4);
    for (const [i, { event: stored }] of read.entries()) {
      const { id, type, data, metadata, contentType } = written[i] ?? {};
      const isJson = contentType === 'application/json';
      expect(stored).to.deep.include({ streamId: own, id, type, metadata, isJson, revision: BigInt(i) });
      const comparable = (value: unknown) => (value instanceof Uint8Array ? [...value] : value);
      expect(comparable(stored?.data)).to.deep.equal(comparable(data));
    }
    expect(read[3]?.commitPosition).to.equal(position?.commit);
  });

  it('shows the newest $maxCount events only', async () => {
    const own = freshStream();
    await target().client.appendToStream(own, events(5));
    await target().client.setStreamMetadata(own, { maxCount: 2 });
    expect(await revisions(target().client.readStream(own))).to.deep.equal([3, 4]);
    expect(await revisions(target().client.readStream(own, { fromRevision: 0n, maxCount: 1 }))).to.deep.equal([3]);
    expect(await target().client.appendToStream(own, event('next'))).to.include({ nextExpectedRevision: 5n });
    expect((await target().client.getStreamMetadata(own)).metadata).to.deep.equal({ maxCount: 2 });
    await target().client.setStreamMetadata(own, {});
    expect(await revisions(target().client.readStream(own))).to.have.length(6);
  });

  it('hides what is before $tb', async () => {
    const own = freshStream();
    await target().client.appendToStream(own, events(5));
    await target().client.setStreamMetadata(own, { truncateBefore: 3 });
    expect(await revisions(target().client.readStream(own))).to.deep.equal([3, 4]);
    const below = target().client.readStream(own, { direction: BACKWARDS, fromRevision: 1n });
    expect(await revisions(below)).to.deep.equal([]);
  });

  it('works with a client that discovers the cluster', async () => {
    const client = EventStoreDBClient.connectionString(target().url.replace('esdb:', 'esdb+discover:'));
    expect(await revisions(client.readStream(stream))).to.have.length(5);
    await client.dispose();
  });
});

describe('reads of the whole store', () => {
  const target = useTarget();
  const prefix = freshStream('all');
  const streams = [`${prefix}-1`, `${prefix}-2`, `${prefix}-1`, `${prefix}-3`];
  const positions: { commit: bigint; prepare: bigint }[] = [];
  before(async () => {
    for (const name of streams) {
      const { position } = await target().client.appendToStream(name, event(name));
      if (position) positions.push(position);
    }
  });
  const at = (i: number) => {
    const position = positions[i];
    if (!position) throw new Error(`no position ${i}`);
    return position;
  };
  const namesOf = async (read: Parameters<typeof collected>[0]) =>
    (await collected(read)).map(({ event: stored }) => stored?.streamId).filter((name) => name?.startsWith(prefix));

  it('forwards includes the event at the position', async () => {
    const read = target().client.readAll({ direction: FORWARDS, fromPosition: at(1), maxCount: 3 });
    expect(await namesOf(read)).to.deep.equal(streams.slice(1));
  });

  it('backwards does not', async () => {
    const read = target().client.readAll({ direction: BACKWARDS, fromPosition: at(3), maxCount: 3 });
    expect(await namesOf(read)).to.deep.equal(streams.slice(0, 3).reverse());
    const fromEnd = target().client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 2 });
    expect(await namesOf(fromEnd)).to.deep.equal([streams[3], streams[2]]);
  });

  it('finds nothing beyond either end', async () => {
    const { client } = target();
    const beyond = { commit: 2n ** 62n, prepare: 2n ** 62n };
    expect(await namesOf(client.readAll({ direction: FORWARDS, fromPosition: END }))).to.deep.equal([]);
    expect(await namesOf(client.readAll({ direction: BACKWARDS, fromPosition: START }))).to.deep.equal([]);
    expect(await namesOf(client.readAll({ direction: FORWARDS, fromPosition: beyond }))).to.deep.equal([]);
  });

  it('refuses a position where no event is', async () => {
    const between = { commit: at(1).commit + 1n, prepare: at(1).prepare + 1n };
    const read = collected(target().client.readAll({ fromPosition: between, maxCount: 1 }));
    expect(await outcome(read)).to.deep.equal({ error: 'UnknownError', code: 2 });
  });

  it('passes every event once, in the order of positions, both ways', async () => {
    const { client } = target();
    await client.appendToStream(freshStream(), events(1000));
    const up = (await collected(client.readAll())).map((each) => each.commitPosition ?? 0n);
    const down = (await collected(client.readAll({ direction: BACKWARDS, fromPosition: END }))).map(
      (each) => each.commitPosition ?? 0n,
    );
    expect(up.every((commit, i) => i === 0 || commit > (up[i - 1] ?? 0n))).to.equal(true);
    expect(down.reverse()).to.deep.equal(up);
  });
});
