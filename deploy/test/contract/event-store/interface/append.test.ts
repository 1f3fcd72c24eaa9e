import { randomUUID } from 'node:crypto';
import type { ExpectedRevision, JsonEvent } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { freshStream } from '../target.ts';
import { answerTo, collected, eventOf, held, namedEvents, type Refusal, TIMEOUT_MS } from './answers.ts';
import { everyStore } from './every-store.ts';

const MEBIBYTE = 1_048_576;

/** Data that are so long in JSON. */
const dataOf = (bytes: number) => ({ n: 'x'.repeat(bytes - '{"n":""}'.length) });
const sized = (bytes: number) => eventOf('', { data: dataOf(bytes) });
const many = (count: number, bytes: number) => Array.from({ length: count }, () => sized(bytes));

everyStore('appends', (store) => {
  const append = (stream: string, events: readonly JsonEvent[], expected: ExpectedRevision = 'any') =>
    answerTo(store().append(stream, events, expected, TIMEOUT_MS));
  const present = 'x0 x1 x2';
  const whole = '0:"x0" 1:"x1" 2:"x2"';

  /** append-expected-revision: 2/0, 1, 3-8, 11-14; append-nothing: 4/2, 3, 5-9, 11-13. */
  const byExpectedRevision: readonly [
    given: string | undefined,
    expected: ExpectedRevision,
    one: number | Refusal,
    none: number | Refusal,
  ][] = [
    [undefined, 'any', 0, 0],
    [undefined, 'no_stream', 0, 0],
    [undefined, 0, 'wrong revision', 'wrong revision'],
    [undefined, 2, 'wrong revision', 'wrong revision'],
    [undefined, 7, 'wrong revision', 'wrong revision'],
    [present, 'any', 3, 2],
    [present, 'no_stream', 'wrong revision', 'wrong revision'],
    [present, 0, 'wrong revision', 'wrong revision'],
    [present, 2, 3, 2],
    [present, 7, 'wrong revision', 'wrong revision'],
  ];
  for (const [given, expected, one, none] of byExpectedRevision) {
    const state = given ? 'a stream at revision 2' : 'a missing stream';
    it(`of one event and of none to ${state}, expected ${expected}: ${one} and ${none}`, async () => {
      const stream = freshStream();
      if (given) await append(stream, namedEvents()(given));
      const before = given ? whole : '';
      expect(await append(stream, [], expected)).to.equal(none);
      expect(await held(store(), stream)).to.equal(before);
      expect(await append(stream, [eventOf('new')], expected)).to.equal(one);
      const added = typeof one === 'number' ? `${one}:"new"` : '';
      expect(await held(store(), stream)).to.equal([before, added].filter(Boolean).join(' '));
    });
  }

  /** append-nothing: 4/26. */
  it('of nothing leave a missing stream missing', async () => {
    const stream = freshStream();
    await append(stream, []);
    expect(await store().readLast(stream)).to.equal(undefined);
    expect(await append(stream, [eventOf('first')], 'no_stream')).to.equal(0);
  });

  /** append-many: 4/0, 1; read-event-fields: 5/47. */
  it('of five events give each a revision and a position of its own, and all one time', async () => {
    const stream = freshStream();
    expect(
      await append(
        stream,
        Array.from({ length: 5 }, (_, n) => eventOf(n)),
      ),
    ).to.equal(4);
    const events = await collected(store().readForwards(stream, 0));
    expect(events.map(({ revision }) => revision)).to.deep.equal([0, 1, 2, 3, 4]);
    const positions = events.map(({ position }) => position);
    expect(positions.every((position, i) => i === 0 || position > (positions[i - 1] ?? 0n))).to.equal(true);
    expect(new Set(events.map(({ created }) => created.getTime())).size).to.equal(1);
  });

  /** append-sizes: 10/0-16. */
  const sizes: readonly [what: string, events: () => JsonEvent[], answer: number | Refusal][] = [
    ['900,000 bytes', () => [sized(900_000)], 0],
    ['1,048,000 bytes', () => [sized(1_048_000)], 0],
    ['1 MiB - 3 bytes', () => [sized(MEBIBYTE - 3)], 0],
    ['1 MiB - 2 bytes', () => [sized(MEBIBYTE - 2)], 0],
    ['1 MiB - 1 byte', () => [sized(MEBIBYTE - 1)], 0],
    ['1 MiB', () => [sized(MEBIBYTE)], 0],
    ['1 MiB + 1 byte', () => [sized(MEBIBYTE + 1)], 'too large'],
    ['1 MiB + 64 bytes', () => [sized(MEBIBYTE + 64)], 'too large'],
    ['2 MiB', () => [sized(2 * MEBIBYTE)], 'too large'],
    ['5 MiB', () => [sized(5 * MEBIBYTE)], 'too large'],
    ['1,000 events of 1,200 bytes', () => many(1000, 1200), 'too large'],
    ['10 events of 100,000 bytes', () => many(10, 100_000), 9],
    ['11 events of 100,000 bytes', () => many(11, 100_000), 'too large'],
    ['3 events of 2 MiB', () => many(3, 2 * MEBIBYTE), 'too large'],
    ['17 MiB, more than one message may have', () => [sized(17 * MEBIBYTE)], 'outcome unknown'],
    ['10 bytes, with metadata of 1.1 MB', () => [{ ...sized(10), metadata: dataOf(1_100_000) }], 0],
  ];
  for (const [what, events, answer] of sizes) {
    it(`of ${what}: ${answer}, and a small one afterwards is taken`, async () => {
      const stream = freshStream();
      expect(await append(stream, events())).to.equal(answer);
      const written = typeof answer === 'number' ? answer + 1 : 0;
      expect((await collected(store().readForwards(stream, 0))).length).to.equal(written);
      expect(await append(stream, [eventOf('small')])).to.equal(written);
    });
  }

  /** append-sizes: 10/102. Bytes, and not characters, count: what the record has of bytes is shown of text here. */
  it('of 1 MiB of data, however large metadata and type are; a character counts by its bytes', async () => {
    const metadata = (bytes: number) => ({ metadata: dataOf(bytes) });
    expect(await append(freshStream(), [{ ...sized(MEBIBYTE), ...metadata(500_000) }])).to.equal(0);
    expect(await append(freshStream(), [{ ...sized(10), ...metadata(3_000_000) }])).to.equal(0);
    expect(await append(freshStream(), [{ ...sized(10), type: 'T'.repeat(1_100_000) }])).to.equal(0);
    expect(await append(freshStream(), [eventOf('€'.repeat(400_000))])).to.equal('too large');
  });

  /** refused-appends: 10/17, 33, 42, 95, 99, 100, 101 (41: not sent at all); metadata-stream: 8/29. */
  const stream = freshStream();
  const refused: readonly [
    what: string,
    name: string,
    event: JsonEvent,
    expected: ExpectedRevision,
    answer: Refusal,
  ][] = [
    ['an empty stream name', '', eventOf(1), 'any', 'malformed'],
    ['the stream name $$', '$$', eventOf(1), 'any', 'malformed'],
    ['an empty event type', stream, eventOf(1, { type: '' }), 'any', 'malformed'],
    ['an empty event id', stream, eventOf(1, { id: '' }), 'any', 'malformed'],
    ['an event id that is no UUID', stream, eventOf(1, { id: 'not-a-uuid' }), 'any', 'malformed'],
    ['an event id of zeros', stream, eventOf(1, { id: '00000000-0000-0000-0000-000000000000' }), 'any', 'malformed'],
    ['the expected revision 2^63', stream, eventOf(1), 2 ** 63, 'malformed'],
    ['the expected revision -1', stream, eventOf(1), -1, 'outcome unknown'],
  ];
  for (const [what, name, event, expected, answer] of refused) {
    it(`with ${what}: ${answer}; nothing is written, and a good one afterwards is`, async () => {
      expect(await append(name, [eventOf(0), event], expected)).to.equal(answer);
      expect(await held(store(), stream)).to.equal('');
      expect(await append(freshStream(), [eventOf('good')])).to.equal(0);
    });
  }

  /** event-fields: 10/83, 96-98. */
  const forms: readonly [what: string, write: (uuid: string) => string][] = [
    ['in upper case', (uuid) => uuid.toUpperCase()],
    ['without dashes', (uuid) => uuid.replaceAll('-', '')],
    ['in braces', (uuid) => `{${uuid}}`],
  ];
  for (const [what, write] of forms) {
    it(`with an event id ${what}: read back in lower case with dashes, and known by it`, async () => {
      const stream = freshStream();
      const uuid = randomUUID();
      expect(await append(stream, [eventOf(1, { id: write(uuid) })], 'no_stream')).to.equal(0);
      expect((await store().readLast(stream))?.id).to.equal(uuid);
      expect(await append(stream, [eventOf(2, { id: uuid })], 'any')).to.equal(0);
      expect(await append(stream, [eventOf(2, { id: uuid })], 'no_stream')).to.equal(0);
      expect(await held(store(), stream)).to.equal('0:1');
    });
  }

  /** event-fields: 10/34, 35. */
  it('with a type of 10,000 characters, or one of the system', async () => {
    const stream = freshStream();
    const types = ['t'.repeat(10_000), '$x'];
    await append(
      stream,
      types.map((type) => eventOf(1, { type })),
    );
    const events = await collected(store().readForwards(stream, 0));
    expect(events.map(({ type }) => type)).to.deep.equal(types);
  });

  describe('that do not wait for each other', () => {
    const appends = (count: number, of: (n: number) => [stream: string, expected: ExpectedRevision]) =>
      Promise.all(
        Array.from({ length: count }, (_, n) => {
          const [stream, expected] = of(n);
          return append(stream, [eventOf(n)], expected);
        }),
      );
    const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
    // A client asks what the server can do before its first append; the others overtake that one.
    before(() => append(freshStream(), [eventOf('first')]));

    /** concurrency: 11/16. */
    it('to 1,000 streams have their positions in the order of the calls', async () => {
      const streams = upTo(1000).map(() => freshStream());
      const answers = await appends(1000, (n) => [streams[n] ?? '', 'any']);
      expect(new Set(answers)).to.deep.equal(new Set([0]));
      const events = await Promise.all(streams.map((stream) => store().readLast(stream)));
      const positions = events.map((event) => event?.position ?? 0n);
      expect(positions.every((position, i) => i === 0 || position > (positions[i - 1] ?? 0n))).to.equal(true);
    });

    /** concurrency: 11/17. */
    it('to one stream are stored in the order of the calls', async () => {
      const stream = freshStream();
      expect(await appends(1000, () => [stream, 'any'])).to.deep.equal(upTo(1000));
      expect(await held(store(), stream)).to.equal(
        upTo(1000)
          .map((n) => `${n}:${n}`)
          .join(' '),
      );
    });

    /** concurrency: 11/18. */
    it('and are each to be the first: the first that was sent is', async () => {
      const stream = freshStream();
      const answers = await appends(50, () => [stream, 'no_stream']);
      expect(answers).to.deep.equal([0, ...Array.from({ length: 49 }, () => 'wrong revision')]);
    });

    /** concurrency: 11/19. */
    it('and expect the revision of the one before', async () => {
      const stream = freshStream();
      expect(await appends(100, (n) => [stream, n === 0 ? 'no_stream' : n - 1])).to.deep.equal(upTo(100));
    });
  });
});
