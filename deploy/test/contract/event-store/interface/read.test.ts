import type { EventStore, JsonEvent } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { freshStream } from '../target.ts';
import { answerTo, collected, eventOf, held, refusalOf, shown, TIMEOUT_MS } from './answers.ts';
import { everyStore, withFreshStore } from './every-store.ts';

/** A stream with the revisions 0 to count - 1; the n of each event is its revision. */
async function streamOf(store: EventStore, count: number): Promise<string> {
  const stream = freshStream();
  const events = Array.from({ length: count }, (_, n) => eventOf(n));
  await store.append(stream, events, 'no_stream', TIMEOUT_MS);
  return stream;
}

const lastOf = async (store: EventStore, stream: string) => (await store.readLast(stream))?.revision;

everyStore('reads of a stream', (store, kind) => {
  const whole = '0:0 1:1 2:2 3:3 4:4';

  /** stream-read: 5/0-8, 22, 24. Reads beyond 2^53 and from the end are none of `EventStore`. */
  const reads: readonly [from: number, limit: number | undefined, seen: string][] = [
    [0, undefined, whole],
    [0, 2, '0:0 1:1'],
    [0, 1, '0:0'],
    [2, undefined, '2:2 3:3 4:4'],
    [2, 1, '2:2'],
    [4, undefined, '4:4'],
    [5, undefined, ''],
    [100, undefined, ''],
    [Number.MAX_SAFE_INTEGER, undefined, ''],
    [0, 0, 'unavailable'],
    [0, -1, 'unavailable'],
  ];
  for (const [from, limit, seen] of reads) {
    it(`from revision ${from} of 0 to 4, limit ${limit}: ${seen || 'nothing'}`, async () => {
      const stream = await streamOf(store(), 5);
      expect(await shown(store().readForwards(stream, from, limit))).to.equal(seen);
    });
  }

  /** stream-read: 5/13. */
  it('give the last one', async () => {
    expect(await store().readLast(await streamOf(store(), 5))).to.deep.include({ revision: 4, data: { n: 4 } });
  });

  /** stream-read: 5/25, 27, 28, 30; stream-names: 10/89, 90. */
  it('give nothing of a missing stream; one without a name, or of no events, is refused', async () => {
    const stream = freshStream();
    expect(await held(store(), stream)).to.equal('');
    expect(await shown(store().readForwards(stream, 1))).to.equal('');
    expect(await store().readLast(stream)).to.equal(undefined);
    expect(await shown(store().readForwards(stream, 0, 0))).to.equal('unavailable');
    expect(await held(store(), 'n'.repeat(3000) + stream)).to.equal('');
    expect(await held(store(), '')).to.equal('unavailable');
    expect(await store().readLast('').catch(refusalOf)).to.equal('unavailable');
  });

  /** ../read.test.ts: more than what a server reads in one go. */
  it('give every one of many once, and a part that is larger than a page', async () => {
    const stream = await streamOf(store(), 1000);
    const revisions = async (from: number, limit?: number) =>
      (await collected(store().readForwards(stream, from, limit))).map(({ revision }) => revision);
    expect(await revisions(0)).to.deep.equal(Array.from({ length: 1000 }, (_, n) => n));
    expect(await revisions(100, 600)).to.deep.equal(Array.from({ length: 600 }, (_, n) => 100 + n));
  });

  /** read-event-fields: 5/44; all-read: 6/8. What JSON says of these values, and nothing else, comes back. */
  it('give events back as JSON has them, apart from what was handed over', async () => {
    const stream = freshStream();
    const inside = { b: [1, { c: null }] };
    const data: Record<string, unknown> = {
      null: null,
      nested: inside,
      empty: [{}, [], ''],
      numbers: [1.5, -0, 1e21, Number.MAX_SAFE_INTEGER, 2 ** 63, 5e-324, Number.NaN, Number.POSITIVE_INFINITY],
      date: new Date(0),
      text: 'ü 漢 🐎 \u0000 \u2028 "\\/\n',
      lone: '\uD83D',
      left: undefined,
      1: 'a number for a name',
      ['__proto__']: { own: true },
    };
    const metadata = { u: 'ü', n: 1.5, nothing: null };
    const event = eventOf(0, { type: 'Žluťoučký', data, metadata });
    await store().append(stream, [event, eventOf(1)], 'no_stream', TIMEOUT_MS);
    inside.b = [];
    const [first, second] = await collected(store().readForwards(stream, 0));
    const asJson: unknown = JSON.parse(JSON.stringify({ ...data, nested: { b: [1, { c: null }] } }));
    expect(first?.data).to.deep.equal(asJson);
    expect(JSON.stringify(first?.data)).to.equal(JSON.stringify(asJson));
    expect(first).to.include({ stream, id: event.id, type: 'Žluťoučký', revision: 0 });
    expect(first?.metadata).to.deep.equal(metadata);
    expect(second?.metadata).to.deep.equal({});
    expect(Object.keys(first ?? {}).toSorted()).to.deep.equal([
      'created',
      'data',
      'id',
      'metadata',
      'position',
      'revision',
      'stream',
      'type',
    ]);
    expect(first?.position).to.be.a('bigint');
    expect(first?.created).to.be.instanceOf(Date);
  });

  /** stream-names: 10/18-22, 24-30, 32. */
  const ofLength = (length: number) => 'n'.repeat(length - freshStream('').length);
  const names: readonly [what: string, name: string][] = [
    ['255 characters', ofLength(255)],
    ['1,000 characters', ofLength(1000)],
    ['10,000 characters', ofLength(10_000)],
    ['65,536 characters', ofLength(65_536)],
    ['a space', 'a b'],
    ['letters of other scripts', 'ä→漢'],
    ['a slash', 'a/b'],
    ['a line feed', 'a\nb'],
    ['U+0000', 'a\u0000b'],
    ['$$$ at its start', '$$$x'],
    ['$ at its start', '$x'],
    ['$$ at its start', '$$p10'],
  ];
  for (const [what, name] of names) {
    it(`give the events of a stream whose name has ${what}`, async () => {
      const stream = freshStream(name);
      expect(await answerTo(store().append(stream, [eventOf(1)], 'no_stream', TIMEOUT_MS))).to.equal(0);
      expect((await store().readLast(stream))?.stream).to.equal(stream);
      expect(await held(store(), stream)).to.equal('0:1');
    });
  }

  /** stream-names: 10/23, 31, 91. */
  withFreshStore('give the events of the streams " " and "$all"', kind, async (opened) => {
    for (const stream of [' ', '$all']) {
      expect(await answerTo(opened.store.append(stream, [eventOf('x')], 'any', TIMEOUT_MS))).to.equal(0);
      expect(await held(opened.store, stream)).to.equal('0:"x"');
    }
  });
});

everyStore('metadata', (store) => {
  /** The revisions that $all has of a stream, the newest first. */
  async function revisionsInAll(stream: string): Promise<number[]> {
    const revisions: number[] = [];
    for await (const event of store().readAllBackwards()) {
      if (event.stream === stream) revisions.push(event.revision);
      if (revisions.at(-1) === 0) break;
    }
    return revisions;
  }

  /** retention: 8/13. */
  it('maxCount 2 leaves the newest two, in $all everything', async () => {
    const stream = await streamOf(store(), 5);
    await store().setMaxCount(stream, 2);
    const from = (revision: number, limit?: number) => shown(store().readForwards(stream, revision, limit));
    expect(await from(0)).to.equal('3:3 4:4');
    expect(await lastOf(store(), stream)).to.equal(4);
    expect(await from(0, 2)).to.equal('3:3 4:4');
    expect(await from(1)).to.equal('3:3 4:4');
    expect(await from(0, 1)).to.equal('3:3');
    expect(await from(4)).to.equal('4:4');
    expect(await from(5)).to.equal('');
    expect(await answerTo(store().append(stream, [eventOf(5)], 'any', TIMEOUT_MS))).to.equal(5);
    expect(await from(0)).to.equal('4:4 5:5');
    expect(await revisionsInAll(stream)).to.deep.equal([5, 4, 3, 2, 1, 0]);
  });

  /** stream-metadata: 8/11, 20, 21; retention: 8/14 (there by metadata without maxCount). */
  it('is replaced by the next, and hides nothing where it is 0 or below', async () => {
    const stream = await streamOf(store(), 5);
    for (const [maxCount, seen] of [
      [1, '4:4'],
      [3, '2:2 3:3 4:4'],
      [9, '0:0 1:1 2:2 3:3 4:4'],
      [2, '3:3 4:4'],
      [0, '0:0 1:1 2:2 3:3 4:4'],
      [2, '3:3 4:4'],
      [-1, '0:0 1:1 2:2 3:3 4:4'],
    ] as const) {
      await store().setMaxCount(stream, maxCount);
      expect(await held(store(), stream), `maxCount ${maxCount}`).to.equal(seen);
    }
  });

  /** stream-metadata: 8/1, 3, 4. */
  it('of a missing stream does not make it, and holds once it is there', async () => {
    const stream = freshStream();
    await store().setMaxCount(stream, 2);
    expect(await held(store(), stream)).to.equal('');
    const events = [eventOf(0), eventOf(1), eventOf(2)];
    expect(await answerTo(store().append(stream, events, 'no_stream', TIMEOUT_MS))).to.equal(2);
    expect(await held(store(), stream)).to.equal('1:1 2:2');
  });

  /** stream-metadata: 8/8, 12; all-read: 6/5, 7 (its place in $all). */
  it('is an event of $$ and the stream, of which the newest is shown', async () => {
    const stream = await streamOf(store(), 1);
    await store().setMaxCount(stream, 4);
    await store().setMaxCount(stream, 5);
    const [newest, ...others] = await collected(store().readForwards(`$$${stream}`, 0));
    expect(newest).to.deep.include({ stream: `$$${stream}`, revision: 1, type: '$metadata', data: { $maxCount: 5 } });
    expect(others).to.deep.equal([]);
    expect(await lastOf(store(), `$$${stream}`)).to.equal(1);
    expect(await revisionsInAll(`$$${stream}`)).to.deep.equal([1, 0]);
  });

  /** metadata-stream: 8/26, 27, 28. */
  it('is whatever is appended there; of two in one append the second counts', async () => {
    const stream = await streamOf(store(), 5);
    const metadata = (data: JsonEvent['data']) => eventOf(0, { type: 'Other', data });
    const append = (name: string, ...events: JsonEvent[]) => answerTo(store().append(name, events, 'any', TIMEOUT_MS));
    expect(await append(`$$${stream}`, metadata({ $maxCount: 1 }))).to.equal(0);
    expect(await held(store(), stream)).to.equal('4:4');
    expect(await append(`$$${stream}`, metadata({ $maxCount: 1 }), metadata({ $maxCount: 3 }))).to.equal(2);
    expect(await held(store(), stream)).to.equal('2:2 3:3 4:4');
    expect(await append(`$$$$${stream}`, metadata({ $maxCount: 2 }))).to.equal(0);
  });

  /** repeated-event-ids: 3/80-83 have it of events that a delete hides. */
  it('hides no event from what tells repeats', async () => {
    const stream = freshStream();
    const [first, second] = [eventOf('a'), eventOf('b')];
    await store().append(stream, [first], 'no_stream', TIMEOUT_MS);
    await store().append(stream, [second], 0, TIMEOUT_MS);
    await store().append(stream, [eventOf('c')], 1, TIMEOUT_MS);
    await store().setMaxCount(stream, 1);
    expect(await answerTo(store().append(stream, [first], 'no_stream', TIMEOUT_MS))).to.equal(0);
    expect(await answerTo(store().append(stream, [second], 0, TIMEOUT_MS))).to.equal(1);
    expect(await answerTo(store().append(stream, [first, second], 'any', TIMEOUT_MS))).to.equal(1);
    expect(await answerTo(store().append(stream, [eventOf('d')], 'no_stream', TIMEOUT_MS))).to.equal('wrong revision');
    expect(await held(store(), stream)).to.equal('2:"c"');
  });
});
