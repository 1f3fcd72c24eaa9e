import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { Call } from '../../../deploy/embedded/event-store/grpc/transport/call.ts';
import { GrpcError, status } from '../../../deploy/embedded/event-store/grpc/transport/status.ts';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { callErrors, failing, silence } from '../../../deploy/test/stub-event-store/troubles.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import { newClient } from './client.ts';
import { type RecordedEvent, StoreUnavailableError, StreamDamagedError } from './event-store.ts';
import { caughtUpAnswer, eventAnswer, notFoundAnswer, plainEvent } from './read-answers.fixture.ts';
import { ReadCall } from './read-call.ts';
import { readStreamMessage } from './read-message.ts';
import { useStoreInTrouble } from './store-in-trouble.fixture.ts';

const answerOf = (revision: number, text = '') =>
  eventAnswer({ ...plainEvent, revision, data: Buffer.from(JSON.stringify({ text })) });

async function firstOf(events: AsyncIterable<RecordedEvent>): Promise<number | undefined> {
  for await (const { revision } of events) return revision;
  return undefined;
}

async function revisionsOf(events: AsyncIterable<RecordedEvent>): Promise<number[]> {
  const found: number[] = [];
  for await (const { revision } of events) found.push(revision);
  return found;
}

describe('the call that a read is', () => {
  const { each, streamOf, revisions } = useStoreInTrouble({ readTimeoutMs: 60_000 });

  /** The next read meets a server that sends these, and no end; brings its call. */
  function sending(...answers: readonly Uint8Array[]): Promise<Call> {
    return new Promise((resolve) => {
      each.stub.onReads(({ call }) => {
        for (const answer of answers) call.send(answer);
        resolve(call);
      });
    });
  }

  it('fails where a message is none, after what came before, and no other fails with it', async () => {
    const stream = await streamOf(2);
    for (const bytes of [Buffer.from([0xff]), answerOf(1).subarray(0, -1)]) {
      const called = sending(answerOf(0), bytes, answerOf(2));
      const found: number[] = [];
      async function read(): Promise<void> {
        for await (const { revision } of each.store.readForwards(stream, 0)) found.push(revision);
      }
      const [error, others] = await Promise.all([failure(read()), revisions(stream)]);
      expect(error).to.be.instanceOf(StoreUnavailableError);
      expect(found).to.deep.equal([0]);
      expect(others).to.deep.equal([0, 1]);
      const { gone } = await called;
      await until('the broken call is over', () => gone.aborted);
    }
  });

  it('passes over messages that are no event', async () => {
    const called = sending(caughtUpAnswer, answerOf(0), caughtUpAnswer, Buffer.alloc(0), answerOf(1));
    const reading = revisions('account-x');
    (await called).end();
    expect(await reading).to.deep.equal([0, 1]);
  });

  it('is over with what says that there is no stream, and with the last event that was asked for', async () => {
    const calls = [sending(notFoundAnswer('account-x'))];
    expect(await revisions('account-x')).to.deep.equal([]);
    calls.push(sending(notFoundAnswer('account-x')));
    expect(await each.store.readLast('account-x')).to.equal(undefined);
    calls.push(sending(answerOf(3), answerOf(4)));
    expect(await revisionsOf(each.store.readForwards('account-x', 3, 2))).to.deep.equal([3, 4]);
    for (const call of await Promise.all(calls)) call.fail(callErrors.internal);
    const called = sending(answerOf(5));
    for await (const _ of each.store.readForwards('account-x', 5, 1)) {
      (await called).fail(callErrors.internal);
      // What comes after it on the same connection has been answered.
      expect(await revisions(await streamOf(1))).to.deep.equal([0]);
    }
  });

  it('is not whole where it ends before the first event of a stream, or says that the stream was deleted', async () => {
    each.stub.onReads(({ call }) => call.end());
    expect(await failure(revisions('account-x'))).to.be.instanceOf(StoreUnavailableError);
    each.stub.onReads(({ call }) => call.end());
    expect(await revisionsOf(each.store.readForwards('account-x', 1))).to.deep.equal([]);
    const deleted = { exception: 'stream-deleted', 'stream-name': 'account-x' };
    const error = new GrpcError(status.FAILED_PRECONDITION, 'deleted', deleted);
    each.stub.onReads(failing(error), failing(error));
    expect(await failure(revisions('account-x'))).to.be.instanceOf(StreamDamagedError);
    expect(await failure(each.store.readLast('account-x'))).to.be.instanceOf(StreamDamagedError);
  });

  it('is cancelled where a long one is left early; a short one is read to its end', async () => {
    const long = sending(answerOf(0));
    expect(await firstOf(each.store.readForwards('account-x', 0, 65))).to.equal(0);
    const { gone } = await long;
    await until('the long read is cancelled', () => gone.aborted);

    const short = sending(answerOf(0));
    expect(await firstOf(each.store.readForwards('account-x', 0, 64))).to.equal(0);
    const call = await short;
    // What comes after it on the same connection has been answered: a cancellation would have come before.
    expect(await revisions(await streamOf(1))).to.deep.equal([0]);
    expect(call.gone.aborted).to.equal(false);
    call.end();
  });

  it('fails for who waits on it when its store is disposed of', async () => {
    const called = sending(answerOf(0));
    each.stub.onReads(silence, silence);
    const events = each.store.readForwards('account-x', 0)[Symbol.asyncIterator]();
    expect((await events.next()).value).to.include({ revision: 0 });
    const waiting = [events.next(), each.store.readLast('account-x'), revisions('account-x')].map(failure);
    await called;
    await until('the others have come', () => each.stub.seen.reads === 3);
    await each.store.dispose();
    for (const error of await Promise.all(waiting)) expect(error).to.be.instanceOf(StoreUnavailableError);
  });

  it('is cancelled where nothing comes in its time', async () => {
    const client = newClient(each.stub.url);
    const called = sending();
    const message = readStreamMessage('account-x', { direction: 'backwards', from: 'end', limit: 1 });
    const call = new ReadCall(client, message, { what: 'read', limit: 1, timeoutMs: 500 });
    const error = failure(call.next());
    const { gone } = await called;
    expect(await error).to.be.instanceOf(StoreUnavailableError);
    await until('the read is cancelled', () => gone.aborted);
    call.leave();
    await client.dispose();
  });

  it('gives out together what has come together', async () => {
    const stream = await streamOf(200);
    const client = newClient(each.stub.url);
    const message = readStreamMessage(stream, { direction: 'forwards', from: 0 });
    const options = { what: 'read', limit: Number.POSITIVE_INFINITY, timeoutMs: 60_000 };
    const call = new ReadCall(client, message, options);
    const sizes: number[] = [];
    for (let events = await call.next(); events; events = await call.next()) sizes.push(events.length);
    call.leave();
    expect(sizes.reduce((sum, size) => sum + size)).to.equal(200);
    expect(sizes.length).to.be.below(50);
    await client.dispose();
  });

  it('is not made where its connection comes after it was given up', async () => {
    const client = newClient(each.stub.url);
    const connect = client['getChannel'];
    let connecting: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      connecting = resolve;
    });
    Object.assign(client, { getChannel: () => asked.then(connect) });
    const message = readStreamMessage(await streamOf(1), { direction: 'forwards', from: 0 });
    const options = { what: 'read', limit: 1, timeoutMs: 20 };
    const late = new ReadCall(client, message, options);
    expect(await failure(late.next())).to.be.instanceOf(StoreUnavailableError);
    late.leave();
    const other = new ReadCall(client, message, { ...options, timeoutMs: 60_000 });
    connecting();
    expect(await other.next()).to.have.length(1);
    other.leave();
    expect(each.stub.seen.reads).to.equal(1);
    await client.dispose();
  });

  it('is not taken for whole where more comes at a time than may wait', async () => {
    const wire = Object.assign(new Readable({ objectMode: true, read: () => undefined }), { cancel: () => undefined });
    const client = newClient(each.stub.url);
    const create = (_: unknown, __: unknown, start: (grpc: unknown) => unknown) => async () =>
      start({ makeServerStreamRequest: () => wire });
    Object.assign(client, { GRPCStreamCreator: create });
    const options = { what: 'read', limit: Number.POSITIVE_INFINITY, timeoutMs: 60_000 };
    const call = new ReadCall(client, Buffer.alloc(0), options);
    async function read(): Promise<number[]> {
      const found: number[] = [];
      for (let events = await call.next(); events; events = await call.next()) {
        found.push(...events.map(({ revision }) => revision));
      }
      return found;
    }
    const reading = read();
    await turn();
    // Who waits would be told of the first at the end of this turn, and is told of both at once.
    wire.push(answerOf(0));
    wire.push(answerOf(1, 'x'.repeat(300_000)));
    await turn();
    await turn();
    wire.push(answerOf(2));
    wire.push(null);
    expect(await reading).to.deep.equal([0, 1, 2]);
    call.leave();
  });

  describe('where the consumer is slow', () => {
    const events = 2_000;
    const text = 'x'.repeat(10_000);

    /** A server with 20 MB of events, that sends what is taken. */
    function offering() {
      const offer = { sent: 0, call: undefined as Call | undefined };
      each.stub.onReads(async ({ call }) => {
        offer.call = call;
        for (; offer.sent < events && !call.gone.aborted; offer.sent += 1) {
          call.send(answerOf(offer.sent, text));
          await turn();
          await call.drained(10_000);
        }
        call.end();
      });
      return offer;
    }

    /** When the server has sent no more between two looks. */
    function waits(offer: ReturnType<typeof offering>): Promise<unknown> {
      let last = -1;
      return until('the server waits', () => {
        const before = last;
        last = offer.sent;
        return last === before && (last === events || (offer.call?.unsentBytes ?? 0) > 0);
      });
    }

    it('lets the server wait, and then reads on', async () => {
      const offer = offering();
      let expected = 0;
      for await (const { revision, data } of each.store.readForwards('account-x', 0)) {
        expect(revision).to.equal(expected);
        expect(data).to.have.property('text').with.length(text.length);
        if (expected === 0) {
          await waits(offer);
          expect(offer.sent).to.be.below(events / 4);
        }
        expected += 1;
      }
      expect(expected).to.equal(events);
    });

    it('gives out what had come before the call failed', async () => {
      const called = sending(...Array.from({ length: 36 }, (_, n) => answerOf(n, text)));
      const found: number[] = [];
      async function read(): Promise<void> {
        for await (const { revision } of each.store.readForwards('account-x', 0)) {
          if (found.length === 0) {
            (await called).fail(callErrors.internal);
            // What comes after it on the same connection has been answered.
            expect(await revisions(await streamOf(1))).to.deep.equal([0]);
          }
          found.push(revision);
        }
      }
      expect(await failure(read())).to.be.instanceOf(StoreUnavailableError);
      expect(found).to.deep.equal(Array.from({ length: 36 }, (_, n) => n));
    });

    for (const [name, isHeld] of [
      ['is left', false],
      ['waits for its consumer', true],
    ] as const) {
      it(`lets go of its store where it ${name} after the server’s end`, async () => {
        const called = sending(...Array.from({ length: 36 }, (_, n) => answerOf(n, text)));
        const events = each.store.readForwards('account-x', 0)[Symbol.asyncIterator]();
        await events.next();
        (await called).end();
        // What comes after it on the same connection has been answered.
        expect(await revisions(await streamOf(1))).to.deep.equal([0]);
        if (!isHeld) await events.return?.();
        await each.store.dispose();
      });
    }

    it('is cancelled when it is left then, and ends when its store is disposed of then', async () => {
      const left = offering();
      for await (const _ of each.store.readForwards('account-x', 0)) {
        await waits(left);
        break;
      }
      await until('the read is cancelled', () => left.call?.gone.aborted);
      const held = offering();
      const iterator = each.store.readForwards('account-x', 0)[Symbol.asyncIterator]();
      await iterator.next();
      await waits(held);
      await each.store.dispose();
      async function readOn(): Promise<void> {
        while (!(await iterator.next()).done);
      }
      expect(await failure(readOn())).to.be.instanceOf(StoreUnavailableError);
    });
  });
});
