import {
  type AppendResult,
  type EventStoreDBClient,
  FORWARDS,
  type Position,
  START,
  StreamDeletedError,
} from '@eventstore/db-client';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { expect } from 'chai';
import { has, journalled, streamAndRevision } from './journal.ts';
import { readOnTheWire } from './recorded/wire.ts';
import {
  collected,
  event,
  events,
  freshStream,
  givenUrl,
  outcome,
  PATHS,
  revisions,
  told,
  useTarget,
} from './target.ts';

const ROUNDS = 10;

interface Placed {
  readonly position?: Position;
}

function commitOf(answer: Placed | undefined): bigint {
  if (!answer?.position) throw new Error('an answer without a position');
  return answer.position.commit;
}

const byPosition = (a: Placed, b: Placed) => (commitOf(a) < commitOf(b) ? -1 : 1);

/** What $all shows from an answer's position on. */
async function shownInAll(client: EventStoreDBClient, { position }: Placed) {
  const all = await collected(client.readAll({ direction: FORWARDS, fromPosition: position ?? START }));
  return all.flatMap(({ event: stored }) => stored ?? []);
}

/** What is recorded of deletes and tombstones one at a time is in recorded/; here they meet others. */
describe('deletes among appends', () => {
  const target = useTarget();

  /** A stream with revisions 0, 1 and 2, and the answer to the append that wrote them. */
  async function streamOfThree(): Promise<{ stream: string; first: AppendResult }> {
    const stream = freshStream();
    return { stream, first: await target().client.appendToStream(stream, events(3)) };
  }

  /** Appends by both ways, without waiting for each other. */
  const appendMany = (stream: string, count: number) =>
    events(count).map((each, i) => target().client.appendToStream(stream, each, PATHS[i % 2]?.options));

  it('hide what was written before them, and nothing that is written after', async () => {
    const { client } = target();
    const { stream } = await streamOfThree();
    const appends: Promise<AppendResult>[] = [];
    const deletes: Promise<Placed>[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      appends.push(...appendMany(stream, 4));
      deletes.push(client.deleteStream(stream));
      appends.push(...appendMany(stream, 2));
    }
    const lastDelete = (await Promise.all(deletes)).sort(byPosition).at(-1);
    const written = await Promise.all(appends);
    written.push(await client.appendToStream(stream, event('last')));

    const inOrder = written.sort(byPosition);
    expect(inOrder.map((each) => each.nextExpectedRevision)).to.deep.equal(inOrder.map((_, i) => BigInt(i + 3)));
    const after = inOrder.filter((each) => commitOf(each) > commitOf(lastDelete));
    expect(await revisions(client.readStream(stream))).to.deep.equal(
      after.map((each) => Number(each.nextExpectedRevision)),
    );
  });

  it('at an exact revision come before the next append, or are refused', async () => {
    const { client } = target();
    for (let i = 0; i < ROUNDS; i++) {
      const { stream } = await streamOfThree();
      const append = () => client.appendToStream(stream, event('next'), { expectedRevision: 2n });
      // Each is sent first in half of the rounds.
      const sentFirst = i % 2 === 0 ? append() : undefined;
      const deletion = outcome(client.deleteStream(stream, { expectedRevision: 2n }));
      const [written, deleted] = await Promise.all([sentFirst ?? append(), deletion]);
      expect(written).to.include({ nextExpectedRevision: 3n });
      const left = await revisions(client.readStream(stream));
      if ('error' in deleted) {
        expect(deleted).to.include({ error: 'WrongExpectedVersionError', expectedVersion: 2n, actualVersion: 3n });
        expect(left).to.deep.equal([0, 1, 2, 3]);
      } else {
        expect(left).to.deep.equal([3]);
      }
    }
  });

  it('let one of many take the name again with no_stream', async () => {
    const { client } = target();
    const { stream } = await streamOfThree();
    await client.deleteStream(stream);
    const all = await Promise.all(
      events(20).map((each) => outcome(client.appendToStream(stream, each, { expectedRevision: 'no_stream' }))),
    );
    expect(all.filter((each) => 'success' in each)).to.have.length(1);
    expect(all.filter((each) => 'error' in each && each['actualVersion'] === 3n)).to.have.length(19);
    expect(await revisions(client.readStream(stream))).to.deep.equal([3]);
  });

  it('for good refuse every append that they do not come after', async () => {
    const { client } = target();
    const { stream, first } = await streamOfThree();
    const before = appendMany(stream, 20);
    const tombstone = client.tombstoneStream(stream);
    const all = await Promise.allSettled([...before, ...appendMany(stream, 20)]);
    const endedAt = commitOf(await tombstone);

    for (const each of all) {
      if (each.status === 'fulfilled') expect(Number(endedAt - commitOf(each.value))).to.be.greaterThan(0);
      else expect(told(each.reason)).to.include({ error: 'StreamDeletedError', streamName: stream });
    }
    const written = all.filter((each) => each.status === 'fulfilled').length;
    // The first append's position is that of its last event.
    const inAll = (await shownInAll(client, first)).filter(({ streamId }) => streamId === stream);
    expect(inAll.map(({ type }) => type)).to.deep.equal([...Array(1 + written).fill('Happened'), '$streamDeleted']);
  });

  it('for good are done once', async () => {
    const { stream } = await streamOfThree();
    const all = await Promise.all(Array.from({ length: 10 }, () => outcome(target().client.tombstoneStream(stream))));
    expect(all.filter((each) => 'position' in each)).to.have.length(1);
    expect(all.filter((each) => 'error' in each && each['error'] === 'StreamDeletedError')).to.have.length(9);
  });

  it('write a $tb with every digit of 2^63 - 1, which other clients read as such', async () => {
    const { client, url } = target();
    const { stream } = await streamOfThree();
    await client.deleteStream(stream);
    // The client would show what JSON.parse makes of it.
    const dataOf = (message: ReadResp) => Buffer.from(message.getEvent()?.getEvent()?.getData_asU8() ?? []).toString();
    const { messages } = await readOnTheWire(url, { stream: `$$${stream}`, tell: dataOf });
    expect(messages.map((data) => data.replace(/\s/g, ''))).to.deep.equal(['{"$tb":9223372036854775807}']);
  });

  it('again are each at a new position', async () => {
    const { client } = target();
    const { stream, first } = await streamOfThree();
    let before = commitOf(first);
    for (let i = 0; i < 3; i++) {
      const position = commitOf(await client.deleteStream(stream));
      expect(position > before).to.equal(true);
      before = position;
    }
  });
});

describe('a deleted stream and its subscribers', () => {
  const target = useTarget();

  /** Had the revisions 0, 1 and 2, was deleted, and has 3 and 4. */
  async function begunAgain(): Promise<string> {
    const stream = freshStream();
    await target().client.appendToStream(stream, events(3));
    await target().client.deleteStream(stream);
    await target().client.appendToStream(stream, events(2));
    return stream;
  }

  const cases: [who: string, fromRevision: bigint | typeof START, shows: number[]][] = [
    ['one who had read all', 2n, [3, 4]],
    ['one who had read a part', 0n, [3, 4]],
    ['one who has read the first new event', 3n, [4]],
    ['one who has read nothing', START, [3, 4]],
  ];
  for (const [who, fromRevision, shows] of cases) {
    it(`shows ${shows} to ${who}`, async () => {
      const stream = await begunAgain();
      const subscription = target().client.subscribeToStream(stream, { fromRevision });
      const lines = await journalled(
        subscription,
        ({ event: stored }) => Number(stored?.revision),
        ({ until }) => until('what is there', has('caughtUp')),
      );
      expect(lines).to.deep.equal(['confirmation', ...shows, 'caughtUp']);
    });
  }

  it('tells those who subscribe again that it has ended for good', async () => {
    const { client } = target();
    const stream = await begunAgain();
    await client.tombstoneStream(stream);
    for (const fromRevision of [START, 1n, 4n] as const) {
      const lines = await journalled(
        client.subscribeToStream(stream, { fromRevision }),
        streamAndRevision,
        ({ until }) => until('the error', (all) => all.some((line) => line instanceof Error)),
      );
      expect(lines.find((line) => line instanceof Error)).to.be.instanceOf(StreamDeletedError);
      expect(lines).not.to.include('caughtUp');
    }
  });

  it('shows in $all the metadata of the delete, what is new, then the metadata that brings it back', async () => {
    const { client } = target();
    const stream = freshStream();
    const first = await client.appendToStream(stream, events(3));
    await client.deleteStream(stream);
    await client.appendToStream(stream, events(2));
    const inAll = (await shownInAll(client, first)).filter(({ streamId }) => streamId.endsWith(stream));
    const lines = inAll.map(({ streamId, revision }) => `${streamId.replace(stream, 'x')}@${revision}`);
    expect(lines).to.deep.equal(['x@2', '$$x@0', 'x@3', 'x@4', '$$x@1']);
  });
});

describe(`a restart${givenUrl() ? ' (skipped: the server is not ours to stop)' : ''}`, () => {
  const target = useTarget();

  it('leaves streams deleted, begun again, and ended for good', async function restart() {
    const { client, restart: restartServer } = target();
    if (!restartServer) this.skip();
    const [deleted, begunAgain, ended] = [freshStream(), freshStream(), freshStream()];
    for (const stream of [deleted, begunAgain, ended]) await client.appendToStream(stream, events(3));
    await client.deleteStream(deleted);
    await client.deleteStream(begunAgain);
    await client.appendToStream(begunAgain, event('new'), { expectedRevision: 'no_stream' });
    await client.tombstoneStream(ended);

    await restartServer();
    expect(await outcome(collected(client.readStream(deleted)))).to.include({ error: 'StreamNotFoundError' });
    expect(await revisions(client.readStream(begunAgain))).to.deep.equal([3]);
    expect(await outcome(collected(client.readStream(ended)))).to.include({ error: 'StreamDeletedError' });
    expect(await client.appendToStream(deleted, event('new'), { expectedRevision: 'no_stream' })).to.include({
      nextExpectedRevision: 3n,
    });
    expect(await outcome(client.appendToStream(ended, event('new')))).to.include({ error: 'StreamDeletedError' });
  });
});
