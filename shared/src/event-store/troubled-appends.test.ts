import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import type { AppendTrouble, StubEventStore } from '../../../deploy/test/stub-event-store/stub-event-store.fixture.ts';
import {
  broken,
  callErrors,
  ended,
  failing,
  failingCall,
  goAway,
  malformed,
  notLeaderError,
  otherRevision,
  refusals,
  refusing,
  silence,
  written,
  wrongRevision,
} from '../../../deploy/test/stub-event-store/troubles.fixture.ts';
import { OutcomeUnknownError, StoreUnavailableError, WrongRevisionError } from './event-store.ts';
import { counted, useStoreInTrouble } from './store-in-trouble.fixture.ts';

/** As the command side asks. */
const attemptMs = 3_000;

describe('an append that the event store answers badly', () => {
  const { each, streamOf, revisions } = useStoreInTrouble();

  const troubles: readonly (readonly [string, AppendTrouble])[] = [
    ...Object.entries(callErrors).map(([name, error]) => [`ends the call: ${name}`, failingCall(error)] as const),
    ...Object.entries(refusals).map(([name, refusal]) => [`refuses: ${name}`, refusing(refusal)] as const),
    ['breaks the connection', broken],
    ['ends the call with OK', ended],
    ['says nothing, ever', silence],
  ];
  const both = troubles.flatMap(
    ([name, trouble]) =>
      [[name, trouble, [0]] as const, [`writes it, and ${name}`, written(trouble), [0, 1]] as const] as const,
  );
  for (const [name, trouble, left] of both) {
    it(`has an unknown outcome, and may be sent again at once, where the server ${name}`, async () => {
      const stream = await streamOf(1);
      const events = [counted()];
      each.stub.onAppends(trouble);
      expect(await failure(each.store.append(stream, events, 0, attemptMs))).to.be.instanceOf(OutcomeUnknownError);
      expect(await revisions(stream)).to.deep.equal(left);
      expect(await each.store.append(stream, events, 0, attemptMs)).to.deep.equal({ revision: 1 });
      expect(await revisions(stream)).to.deep.equal([0, 1]);
    });
  }

  it('has an unknown outcome, and goes to the leader then, where the server is not the leader', async () => {
    const stream = await streamOf(1);
    each.stub.onAppends(failingCall(notLeaderError(each.leader.port)));
    const events = [counted()];
    expect(await failure(each.store.append(stream, events, 0, attemptMs))).to.be.instanceOf(OutcomeUnknownError);
    expect(each.leader.seen.appends).to.equal(0);
    expect(await each.store.append(stream, events, 0, attemptMs)).to.deep.equal({ revision: 1 });
    expect(each.leader.seen.appends).to.equal(1);
  });

  it('is answered by a server that sends its clients away', async () => {
    const stream = await streamOf(1);
    each.stub.onAppends(goAway);
    expect(await each.store.append(stream, [counted()], 0, attemptMs)).to.deep.equal({ revision: 1 });
    expect(await each.store.append(stream, [counted()], 1, attemptMs)).to.deep.equal({ revision: 2 });
  });

  it('passes on a wrong revision, true or not, and another revision than expected', async () => {
    const stream = await streamOf(1);
    each.stub.onAppends(wrongRevision(7), written(wrongRevision(1)), otherRevision);
    expect(await failure(each.store.append(stream, [counted()], 0, attemptMs))).to.be.instanceOf(WrongRevisionError);
    expect(await revisions(stream)).to.deep.equal([0]);
    expect(await failure(each.store.append(stream, [counted()], 0, attemptMs))).to.be.instanceOf(WrongRevisionError);
    expect(await revisions(stream)).to.deep.equal([0, 1]);
    expect(await each.store.append(stream, [counted()], 1, attemptMs)).to.deep.equal({ revision: 3 });
  });

  it('waits for no question that the server does not answer', async () => {
    each.stub.onFeatures(silence);
    const appended = each.store.append('account-unasked', [counted()], 'no_stream', 10_000);
    expect(await appended).to.deep.equal({ revision: 0 });
  });

  it('leaves those alone that wait on a server that is slow, but answers', async () => {
    const [given, waiting, quick] = [await streamOf(1), await streamOf(1), await streamOf(1)];
    let answer: (() => void) | undefined;
    each.stub.onAppends(silence, async (append) => {
      const answered = await append.written();
      answer = () => append.answer(answered);
    });
    const failed = failure(each.store.append(given, [counted()], 0, attemptMs));
    const late = each.store.append(waiting, [counted()], 0, 60_000);
    await each.store.append(quick, [counted()], 0, attemptMs);
    expect(await failed).to.be.instanceOf(OutcomeUnknownError);
    answer?.();
    expect(await late).to.deep.equal({ revision: 1 });
  });

  it('may be given up early and answered then, and harms none that waits longer', async () => {
    const [given, waiting] = [await streamOf(1), await streamOf(1)];
    const answers: (() => void)[] = [];
    const late: AppendTrouble = async (append) => {
      const answered = await append.written();
      answers.push(() => append.answer(answered));
    };
    each.stub.onAppends(late, late);
    const events = [counted()];
    const failed = failure(each.store.append(given, events, 0, 200));
    const patient = each.store.append(waiting, [counted()], 0, 60_000);
    expect(await failed).to.be.instanceOf(OutcomeUnknownError);
    for (const answer of answers) answer();
    expect(await patient).to.deep.equal({ revision: 1 });
    expect(await each.store.append(given, events, 0, attemptMs)).to.deep.equal({ revision: 1 });
    expect(await each.store.append(given, [counted()], 1, attemptMs)).to.deep.equal({ revision: 2 });
  });

  it('is not met by the end of a connection that it did not go by', async () => {
    const stream = await streamOf(1);
    each.stub.onReads(failing(notLeaderError(each.leader.port)));
    expect(await failure(each.store.readLast(stream))).to.be.instanceOf(StoreUnavailableError);
    expect(await revisions(stream)).to.deep.equal([0]);
    expect(each.leader.seen.reads).to.equal(1);
    const afterTheEndOf =
      (other: StubEventStore): AppendTrouble =>
      async (append) => {
        const answer = await append.written();
        await other.stop();
        append.answer(answer);
      };
    each.leader.onAppends(afterTheEndOf(each.stub));
    each.stub.onAppends(afterTheEndOf(each.leader));
    expect(await each.store.append(stream, [counted()], 0, attemptMs)).to.deep.equal({ revision: 1 });
    expect(await each.store.append(stream, [counted()], 1, attemptMs)).to.deep.equal({ revision: 2 });
  });

  it('is no outcome that is unknown where it is malformed, and harms none after it', async () => {
    const stream = await streamOf(1);
    let saidTwice: Promise<unknown> | undefined;
    each.stub.onAppends((append, connections) => {
      refusing(malformed)(append, connections);
      saidTwice = delay(200).then(() => refusing(refusals.timeout)(append, connections));
    });
    const refused = await failure(each.store.append(stream, [counted()], 0, attemptMs));
    expect(refused).to.be.an('error').that.is.not.instanceOf(OutcomeUnknownError);
    expect(await each.store.append(stream, [counted()], 0, attemptMs)).to.deep.equal({ revision: 1 });
    await saidTwice;
    expect(await each.store.append(stream, [counted()], 1, attemptMs)).to.deep.equal({ revision: 2 });
  });

  it('gives up setting metadata that nobody answers', async () => {
    const stream = await streamOf(1);
    each.stub.onAppends(silence);
    expect(await failure(each.store.setMaxCount(stream, 1))).to.be.instanceOf(StoreUnavailableError);
    await each.store.setMaxCount(stream, 1);
  });
});
