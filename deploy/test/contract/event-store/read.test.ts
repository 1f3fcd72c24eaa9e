import { BACKWARDS, END, type Position, type ResolvedEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { collected, events, freshStream, givenUrl, revisions, useTarget } from './target.ts';

const at = ({ commitPosition = 0n }: ResolvedEvent): bigint => commitPosition;

const positionAt = (commit = 0n): Position => ({ commit, prepare: commit });

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
    const fromPosition = positionAt(own[0]);
    const up = (await collected(client.readAll({ fromPosition, maxCount: MANY }))).map(at);
    expect(up.every((commit, i) => i === 0 || commit > (up[i - 1] ?? 0n))).to.equal(true);
    // Others may have written to the store in between.
    expect(up.filter((commit) => own.includes(commit))).to.deep.equal(own.filter((commit) => up.includes(commit)));
    const back = { fromPosition: positionAt(up.at(-1)), maxCount: up.length - 1 };
    const down = (await collected(client.readAll({ direction: BACKWARDS, ...back }))).map(at);
    expect(down.reverse()).to.deep.equal(up.slice(0, -1));
  });

  const nothing = 'give nothing where they are to give at most nothing of the store';
  if (givenUrl()) it.skip(`${nothing} (skipped: a real server never answers that)`);
  else
    it(nothing, async () => {
      expect(await collected(target().client.readAll({ maxCount: 0 }))).to.deep.equal([]);
    });
});
