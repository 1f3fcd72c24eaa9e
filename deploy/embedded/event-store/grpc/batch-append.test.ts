import { randomUUID } from 'node:crypto';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams, { type BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { type ClientDuplexStream, credentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { until } from '../../../test/until.fixture.ts';
import type { AppendOutcome } from '../event-store.ts';
import { type EventStoreNode, startEventStore } from '../node.ts';
import { createBatchAppend } from './batch-append.ts';
import type { Call } from './transport/call.ts';
import { MalformedMessageError } from './wire/reader.ts';

function appendTo(stream: string, { final = true } = {}): BatchAppendReq {
  const event = new streams.BatchAppendReq.ProposedMessage()
    .setId(new shared.UUID().setString(randomUUID()))
    .setData(Buffer.from('{}'));
  event.getMetadataMap().set('type', 'Happened').set('content-type', 'application/json');
  const options = new streams.BatchAppendReq.Options()
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream)))
    .setAny(new empty.Empty());
  return new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(randomUUID()))
    .setOptions(options)
    .setProposedMessagesList([event])
    .setIsFinal(final);
}

/** The disk of a node whose commits wait until they are let through. */
function heldDisk() {
  let letThrough = (): void => undefined;
  const open = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  return {
    letThrough: () => letThrough(),
    async flush(commit: () => Promise<void>) {
      await open;
      await commit();
    },
  };
}

describe('the BatchAppend call on a disk that is slow', () => {
  let node: EventStoreNode;
  let client: streamsGrpc.StreamsClient;
  let disk: ReturnType<typeof heldDisk>;
  let answers: BatchAppendResp[];
  let ended: { code: number; details: string } | undefined;
  let call: ClientDuplexStream<BatchAppendReq, BatchAppendResp>;

  beforeEach(async () => {
    disk = heldDisk();
    node = await startEventStore({ memory: true, port: 0, flush: disk.flush });
    client = new streamsGrpc.StreamsClient(`127.0.0.1:${node.port}`, credentials.createInsecure());
    answers = [];
    ended = undefined;
    call = client.batchAppend();
    call.on('data', (answer: BatchAppendResp) => answers.push(answer));
    call.on('error', () => undefined);
    call.on('status', ({ code, details }) => {
      ended = { code, details };
    });
  });
  afterEach(async () => {
    disk.letThrough();
    client.close();
    await node.stop();
  });

  it('tells an append after two seconds that it may not be there, and nothing more when it is', async () => {
    const append = appendTo('slow');
    call.write(append);
    const answer = await until('the answer', () => answers[0]);
    expect(answer.getError()?.getMessage()).to.equal('Timeout');
    expect(answer.getCorrelationId()?.hasStructured()).to.equal(true);
    disk.letThrough();
    call.write(appendTo('slow'));
    const later = await until('the next answer', () => answers[1]);
    expect(later.getSuccess()?.getCurrentRevision()).to.equal('1');
  });

  it('tells one whose last message never comes the same, and ignores that message then', async () => {
    disk.letThrough();
    const append = appendTo('unfinished', { final: false });
    call.write(append);
    await until('the answer', () => answers[0]);
    expect(answers[0]?.getError()?.getMessage()).to.equal('Timeout');
    append.clearOptions();
    call.write(append.setIsFinal(true));
    call.write(appendTo('unfinished'));
    const next = await until('the next answer', () => answers[1]);
    expect(next.getSuccess()?.getCurrentRevision()).to.equal('0');
  });

  it('takes options that every message repeats as those of one append', async () => {
    disk.letThrough();
    const append = appendTo('repeated', { final: false });
    call.write(append);
    for (const final of [false, true]) {
      const next = appendTo('another', { final });
      call.write(next.setCorrelationId(append.getCorrelationId()));
    }
    const answer = await until('the answer', () => answers[0]);
    expect(answer.getSuccess()?.getCurrentRevision()).to.equal('2');
    expect(Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).to.equal('repeated');
    call.write(appendTo('repeated'));
    const next = await until('the next answer', () => answers[1]);
    expect(next.getSuccess()?.getCurrentRevision()).to.equal('3');
  });

  it('answers what waits when the node stops, and then breaks off', async () => {
    for (let i = 0; i < 3; i += 1) call.write(appendTo('stopping'));
    // It is refused at once, so those before it have come.
    call.write(appendTo(''));
    await until('the refusal', () => answers[0]?.getError());
    const stopped = node.stop();
    disk.letThrough();
    await stopped;
    await until('the end of the call', () => ended);
    const revisions = answers.slice(1).map((answer) => answer.getSuccess()?.getCurrentRevision());
    expect(revisions).to.deep.equal(['0', '1', '2']);
    expect(ended).to.deep.equal({
      code: 13,
      details: 'Received RST_STREAM with code 0 (Call ended without gRPC status)',
    });
  });
});

/** A call of which only the number of its answers is seen, and whether it takes requests. */
function watchedCall() {
  const seen = { paused: false, answered: 0, unsentBytes: 0, waits: 0, drain: (): void => undefined };
  const gone = new AbortController();
  const call: Call = {
    send: () => undefined,
    put() {
      seen.answered += 1;
    },
    get unsentBytes() {
      return seen.unsentBytes;
    },
    drained() {
      seen.waits += 1;
      // As the real one; but one who asks again and again is left to wait, or nothing else would ever run.
      if (gone.signal.aborted && seen.waits < 100) return Promise.resolve();
      return new Promise((resolve) => {
        seen.drain = resolve;
      });
    },
    end: () => undefined,
    fail: () => undefined,
    cut: () => undefined,
    pause() {
      seen.paused = true;
    },
    resume() {
      seen.paused = false;
    },
    gone: gone.signal,
  };
  return {
    call,
    seen,
    leave() {
      gone.abort();
      seen.drain();
    },
  };
}

describe('a BatchAppend call with a correlation id that cannot be read', () => {
  it('fails before anything is appended', () => {
    let appends = 0;
    const store = {
      async append(): Promise<AppendOutcome> {
        appends += 1;
        return { kind: 'appended', last: 0, sequence: 1 };
      },
    };
    const receiver = createBatchAppend(store)(watchedCall().call);
    const append = appendTo('any');
    append.clearCorrelationId();
    // Text of five bytes, of which none is there.
    const correlationId = [0x0a, 0x02, 0x12, 0x05];
    expect(() => receiver.message(Buffer.from([...correlationId, ...append.serializeBinary()]))).to.throw(
      MalformedMessageError,
    );
    expect(appends).to.equal(0);
  });
});

describe('a BatchAppend call that is full', () => {
  it('leaves requests with the client until appends are done', async () => {
    const waiting: ((outcome: AppendOutcome) => void)[] = [];
    const store = { append: () => new Promise<AppendOutcome>((resolve) => waiting.push(resolve)) };
    const { call, seen } = watchedCall();
    const receiver = createBatchAppend(store)(call);
    const append = Buffer.from(appendTo('many').serializeBinary());
    for (; !seen.paused; receiver.message(append)) expect(waiting.length).to.be.below(10_000);
    const most = waiting.length;
    // What was read with the last of them comes nevertheless.
    receiver.message(append);
    const complete = (i: number) => waiting[i]?.({ kind: 'appended', last: i, sequence: i + 1 });
    complete(0);
    await until('an answer', () => seen.answered === 1);
    expect(seen.paused).to.equal(true);
    complete(1);
    await until('the next answer', () => seen.answered === 2);
    await until('room', () => !seen.paused);
    for (let i = 2; i <= most; i += 1) complete(i);
    await until('all answers', () => seen.answered === most + 1);
  });

  it('leaves requests with the client until that takes its answers', async () => {
    const store = { append: async (): Promise<AppendOutcome> => ({ kind: 'appended', last: 0, sequence: 1 }) };
    const { call, seen } = watchedCall();
    const receiver = createBatchAppend(store)(call);
    seen.unsentBytes = 2 * 1024 * 1024;
    receiver.message(Buffer.from(appendTo('unread').serializeBinary()));
    expect(seen.paused).to.equal(true);
    await until('the answer', () => seen.answered === 1);
    expect(seen.paused).to.equal(true);
    seen.unsentBytes = 0;
    seen.drain();
    await until('room', () => !seen.paused);
  });

  it('waits for nothing when its client has left with answers that it did not take', async () => {
    const store = { append: async (): Promise<AppendOutcome> => ({ kind: 'appended', last: 0, sequence: 1 }) };
    const { call, seen, leave } = watchedCall();
    const receiver = createBatchAppend(store)(call);
    seen.unsentBytes = 2 * 1024 * 1024;
    receiver.message(Buffer.from(appendTo('left').serializeBinary()));
    await until('the answer', () => seen.answered === 1);
    expect(seen.waits).to.equal(1);
    leave();
    await new Promise(setImmediate);
    expect(seen.waits).to.equal(1);
  });
});
