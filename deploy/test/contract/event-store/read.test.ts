import { BACKWARDS, END, type ResolvedEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { collected, collectedUntil, events, freshStream, givenUrl, revisions, useTarget } from './target.ts';

const at = ({ commitPosition = 0n }: ResolvedEvent): bigint => commitPosition;

/** More than what a server reads in one go. */
const MANY = 1000;

/** What the recorded reads (recorded/) leave open. */
describe('reads of many events', () => {
  const target = useTarget();
  const stream = freshStream();
  before(() => target().client.appendToStream(stream, events(MANY)));
  const upwards = Array.from({ length: MANY }, (_, revision) => revision);

  it('pass every event of a stream once, both ways', async () => {
    const { client } = target();
    expect(await revisions(client.readStream(stream))).to.deep.equal(upwards);
    const down = await revisions(client.readStream(stream, { direction: BACKWARDS, fromRevision: END }));
    expect(down).to.deep.equal(upwards.toReversed());
  });

  it('pass a part of it that is larger than a page', async () => {
    const { client } = target();
    const up = await revisions(client.readStream(stream, { fromRevision: 100n, maxCount: 600 }));
    expect(up).to.deep.equal(upwards.slice(100, 700));
    const down = client.readStream(stream, { direction: BACKWARDS, fromRevision: 899n, maxCount: 600 });
    expect(await revisions(down)).to.deep.equal(upwards.slice(300, 900).toReversed());
  });

  it('pass every event of the store once, in the order of positions, both ways', async () => {
    const { client } = target();
    const own = (await collected(client.readStream(stream))).map(at);
    const [first = 0n] = own;
    // Others may write to the store before and after.
    const upTo = own.at(-1) ?? 0n;
    const forwards = client.readAll({ fromPosition: { commit: first, prepare: first } });
    const up = (await collectedUntil(forwards, (each) => at(each) > upTo)).map(at);
    const backwards = client.readAll({ direction: BACKWARDS, fromPosition: END });
    const down = (await collectedUntil(backwards, (each) => at(each) < first)).map(at);
    expect(up.filter((commit) => own.includes(commit))).to.deep.equal(own);
    expect(up.every((commit, i) => i === 0 || commit > (up[i - 1] ?? 0n))).to.equal(true);
    expect(down.filter((commit) => commit <= upTo).reverse()).to.deep.equal(up);
  });

  it('give nothing where they are to give at most nothing of the store', async function () {
    // A real server never answers that.
    if (givenUrl()) this.skip();
    expect(await collected(target().client.readAll({ maxCount: 0 }))).to.deep.equal([]);
  });
});
