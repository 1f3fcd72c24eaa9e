import { expect } from 'chai';
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
import { StoreUnavailableError } from './event-store.ts';
import { useStoreInTrouble } from './store-in-trouble.fixture.ts';

describe('a read that the event store answers badly', () => {
  const { each, streamOf, revisions } = useStoreInTrouble();

  const troubles: readonly (readonly [string, CallTrouble])[] = [
    ...Object.entries(callErrors).map(([name, error]) => [`ends the call: ${name}`, failing(error)] as const),
    ['breaks the connection', broken],
    ['says nothing, ever', silence],
  ];
  for (const [name, trouble] of troubles) {
    it(`fails, and may be asked again at once, where the server ${name}`, async () => {
      const stream = await streamOf(3);
      each.stub.onReads(trouble);
      expect(await failure(revisions(stream))).to.be.instanceOf(StoreUnavailableError);
      expect(await revisions(stream)).to.deep.equal([0, 1, 2]);
      each.stub.onReads(trouble);
      expect(await failure(each.store.readLast(stream))).to.be.instanceOf(StoreUnavailableError);
      expect(await each.store.readLast(stream)).to.include({ stream, revision: 2 });
    });
  }

  it('asks for the leader: a follower may not know yet what was acknowledged', async () => {
    const stream = await streamOf(1);
    expect(await revisions(stream)).to.deep.equal([0]);
    expect((await each.store.readLast(stream))?.revision).to.equal(0);
    expect(each.stub.seen.leaderless).to.equal(0);
  });

  it('goes to the leader the next time where the server is not the leader', async () => {
    const stream = await streamOf(3);
    each.stub.onReads(failing(notLeaderError(each.leader.port)));
    expect(await failure(revisions(stream))).to.be.instanceOf(StoreUnavailableError);
    expect(each.leader.seen.reads).to.equal(0);
    expect(await revisions(stream)).to.deep.equal([0, 1, 2]);
    expect(each.leader.seen.reads).to.equal(1);
  });

  it('is not taken for whole where it breaks off', async () => {
    const stream = await streamOf(3);
    each.stub.onReads(failingAfter(2, callErrors['not ready']), failingAfter(2, callErrors.internal));
    for (const _ of ['not ready', 'internal']) {
      const found: number[] = [];
      async function read(): Promise<void> {
        for await (const { revision } of each.store.readForwards(stream, 0)) found.push(revision);
      }
      expect(await failure(read())).to.be.instanceOf(StoreUnavailableError);
      expect(found).to.deep.equal([0, 1]);
    }
    expect(await revisions(stream)).to.deep.equal([0, 1, 2]);
  });
});
