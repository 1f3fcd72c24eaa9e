import { expect } from 'chai';
import { createProcess } from './process.ts';
import { createWorld } from './world.ts';

describe('a simulated process that stands still', () => {
  it('takes what reached it meanwhile in its order, before what comes just as it goes on', async () => {
    const world = createWorld();
    const process = createProcess(world);
    const taken: string[] = [];
    const reachAt = (timeMs: number, name: string) =>
      world.at(timeMs, () => process.deliver(() => void taken.push(name)));
    process.hold(20, { machineSleeps: true });
    reachAt(5, 'first');
    reachAt(10, 'second');
    reachAt(20, 'as it goes on');
    reachAt(21, 'later');
    await world.run(() => taken.length === 4);
    expect(taken).to.deep.equal(['first', 'second', 'as it goes on', 'later']);
  });

  it('goes on where it was, if it stands still again meanwhile', async () => {
    const world = createWorld();
    const process = createProcess(world);
    const taken: [name: string, atMs: number][] = [];
    const take = (name: string) => process.deliver(() => void taken.push([name, world.nowMs]));
    process.hold(10, { machineSleeps: false });
    process.deliver(() => process.hold(10, { machineSleeps: false }));
    take('first');
    take('second');
    await world.run(() => taken.length === 2);
    expect(taken).to.deep.equal([
      ['first', 20],
      ['second', 20],
    ]);
  });
});
