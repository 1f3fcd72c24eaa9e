import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { Call } from '../../../deploy/embedded/event-store/grpc/transport/call.ts';
import { GrpcError, status } from '../../../deploy/embedded/event-store/grpc/transport/status.ts';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import type { CallTrouble } from '../../../deploy/test/stub-event-store/stub-event-store.fixture.ts';
import {
  broken,
  callErrors,
  failing,
  failingAfter,
  notLeaderError,
  silence,
} from '../../../deploy/test/stub-event-store/troubles.fixture.ts';
import { until } from '../../../deploy/test/until.fixture.ts';
import { StoreUnavailableError } from './event-store.ts';
import { follow } from './following.fixture.ts';
import {
  caughtUpAnswer,
  checkpointAnswer,
  confirmationAnswer,
  eventAnswer,
  fellBehindAnswer,
  plainEvent,
} from './read-answers.fixture.ts';
import { useStoreInTrouble } from './store-in-trouble.fixture.ts';

const answerOf = (revision: number, text = '') =>
  eventAnswer({ ...plainEvent, revision, data: Buffer.from(JSON.stringify({ text })) });

const tooSlow = new GrpcError(
  status.ABORTED,
  'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
);

describe('a subscription that the event store answers badly', () => {
  const { each, streamOf } = useStoreInTrouble();

  const ended: CallTrouble = ({ call }) => call.end();
  const troubles: readonly (readonly [string, CallTrouble])[] = [
    ...Object.entries(callErrors).map(([name, error]) => [`ends the call: ${name}`, failing(error)] as const),
    ['drops it as too slow', failing(tooSlow)],
    ['ends it without an error', ended],
    ['breaks the connection', broken],
    ['does not confirm it', silence],
  ];
  for (const [name, trouble] of troubles) {
    it(`ends with an error, and may be made again at once, where the server ${name}`, async () => {
      const streamPrefix = await streamOf(3);
      each.stub.onSubscriptions(trouble);
      const failed = follow(each.store, { streamPrefix });
      expect(await failed.ended).to.be.instanceOf(StoreUnavailableError);
      expect(failed.events).to.deep.equal([]);
      const again = follow(each.store, { streamPrefix });
      await again.has(3);
      again.stop();
      expect(await again.ended).to.equal(undefined);
    });
  }

  it('asks for the leader, and goes to it the next time where the server is not the leader', async () => {
    const streamPrefix = await streamOf(3);
    each.stub.onSubscriptions(failing(notLeaderError(each.leader.port)));
    expect(await follow(each.store, { streamPrefix }).ended).to.be.instanceOf(StoreUnavailableError);
    const again = follow(each.store, { streamPrefix });
    await again.has(3);
    again.stop();
    await again.ended;
    expect(each.leader.seen).to.include({ subscriptions: 1, leaderless: 0 });
    expect(each.stub.seen).to.include({ subscriptions: 1, leaderless: 0 });
  });

  it('gives out what had come before, and goes on after the last of it without a gap', async () => {
    const streamPrefix = await streamOf(5);
    // The confirmation comes first.
    each.stub.onSubscriptions(failingAfter(3, tooSlow));
    const first = follow(each.store, { streamPrefix });
    expect(await first.ended)
      .to.be.instanceOf(StoreUnavailableError)
      .with.property('message')
      .that.includes('too slow');
    const second = follow(each.store, { streamPrefix, after: first.events.at(-1)?.position });
    await second.has(3);
    second.stop();
    await second.ended;
    expect([...first.events, ...second.events].map(({ revision }) => revision)).to.deep.equal([0, 1, 2, 3, 4]);
  });
});

describe('the call that a subscription is', () => {
  const { each, streamOf } = useStoreInTrouble();

  /** The next subscription meets a server that confirms it and sends these, and no end; brings its call. */
  function sending(...answers: readonly Uint8Array[]): Promise<Call> {
    return new Promise((resolve) => {
      each.stub.onSubscriptions(({ call }) => {
        for (const answer of [confirmationAnswer, ...answers]) call.send(answer);
        resolve(call);
      });
    });
  }

  const isOver = (call: Call) => until('the call is over at the server', () => call.gone.aborted);

  it('passes over what tells how far it has come', async () => {
    const called = sending(
      checkpointAnswer,
      answerOf(0),
      caughtUpAnswer,
      checkpointAnswer,
      fellBehindAnswer,
      answerOf(1),
    );
    const following = follow(each.store);
    await following.has(2);
    following.stop();
    expect(await following.ended).to.equal(undefined);
    await isOver(await called);
  });

  it('waits for events for any time, once it is confirmed', async () => {
    for (const before of [[], [answerOf(0)]]) {
      const called = sending(...before);
      const following = follow(each.store);
      const call = await called;
      await following.has(before.length);
      // Each is given up after the time in which a read has to be answered.
      each.stub.onReads(silence, silence);
      for (const _ of [1, 2]) {
        expect(await failure(each.store.readLast('account-a'))).to.be.instanceOf(StoreUnavailableError);
      }
      call.send(answerOf(1));
      await following.has(before.length + 1);
      following.stop();
      expect(await following.ended).to.equal(undefined);
    }
  });

  it('fails where a message is none, after what came before', async () => {
    const called = sending(answerOf(0), Buffer.from([0xff]), answerOf(2));
    const following = follow(each.store);
    expect(await following.ended).to.be.instanceOf(StoreUnavailableError);
    expect(following.events.map(({ revision }) => revision)).to.deep.equal([0]);
    await isOver(await called);
  });

  it('is not made where its signal had aborted', async () => {
    const following = each.store.subscribeToAll({
      streamPrefix: 'account-',
      after: undefined,
      signal: AbortSignal.abort(),
    });
    for await (const _ of following) throw new Error('there is nothing');
    // What comes after it on the same connection has been answered.
    await streamOf(1);
    await each.store.readLast('account-a');
    expect(each.stub.seen.subscriptions).to.equal(0);
  });

  it('ends without an error when its signal aborts: before it is confirmed, and at a consumer that is busy', async () => {
    const unconfirmed = new Promise<Call>((resolve) => each.stub.onSubscriptions(({ call }) => resolve(call)));
    const early = follow(each.store);
    const call = await unconfirmed;
    early.stop();
    expect(await early.ended).to.equal(undefined);
    await isOver(call);

    const called = sending(answerOf(0));
    const busy = follow(each.store, {}, async () => {
      const { gone, send } = await called;
      send(answerOf(1));
      // What comes after it on the same connection has been answered: it has come, and is not wanted any more.
      await each.store.readLast('account-a');
      busy.stop();
      await until('the call is over at the server', () => gone.aborted);
    });
    expect(await busy.ended).to.equal(undefined);
    expect(busy.events).to.have.length(1);
  });

  it('ends without an error when its signal aborts after the connection has been lost', async () => {
    const called = sending(answerOf(0));
    const following = follow(each.store, {}, async () => {
      const call = await called;
      call.fail(callErrors.internal);
      // What comes after it on the same connection has been answered.
      await each.store.readLast('account-a');
      following.stop();
    });
    expect(await following.ended).to.equal(undefined);
  });

  it('is cancelled when its consumer leaves it', async () => {
    const called = sending(answerOf(0));
    const following = follow(each.store, {}, () => {
      throw new Error('enough');
    });
    expect(await following.ended).to.have.property('message', 'enough');
    await isOver(await called);
  });

  it('fails for who waits on it when its store is disposed of', async () => {
    void sending(answerOf(0));
    const following = follow(each.store);
    await following.has(1);
    await each.store.dispose();
    expect(await following.ended).to.be.instanceOf(StoreUnavailableError);
  });

  it('lets the server wait where the consumer is slow, and then goes on', async () => {
    const events = 2_000;
    const text = 'x'.repeat(10_000);
    const offer = { sent: 0, call: undefined as Call | undefined };
    each.stub.onSubscriptions(async ({ call }) => {
      offer.call = call;
      call.send(confirmationAnswer);
      for (; offer.sent < events && !call.gone.aborted; offer.sent += 1) {
        call.send(answerOf(offer.sent, text));
        await turn();
        await call.drained(10_000);
      }
    });
    let last = -1;
    let isFirst = true;
    const following = follow(each.store, {}, async () => {
      if (!isFirst) return;
      isFirst = false;
      await until('the server waits', () => {
        const before = last;
        last = offer.sent;
        return last === before && (last === events || (offer.call?.unsentBytes ?? 0) > 0);
      });
      expect(offer.sent).to.be.below(events / 4);
    });
    await Promise.race([following.has(events), following.ended]);
    expect(following.events.map(({ revision }) => revision)).to.deep.equal(Array.from({ length: events }, (_, n) => n));
    following.stop();
    expect(await following.ended).to.equal(undefined);
  });
});
