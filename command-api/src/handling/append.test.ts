import {
  type Appended,
  type EventStore,
  type JsonEvent,
  OutcomeUnknownError,
  WrongRevisionError,
} from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import { failure } from '../../../deploy/test/failure.fixture.ts';
import { createProcess } from '../../../deploy/test/simulation/process.ts';
import { createWorld } from '../../../deploy/test/simulation/world.ts';
import { appendUntilKnown } from './append.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

const events: readonly JsonEvent[] = [{ id: 'e1', type: 'Happened', data: {}, metadata: {} }];

interface Attempt {
  readonly atMs: number;
  readonly timeoutMs: number;
  readonly sent: Parameters<EventStore['append']>;
}

/** Appends in a time of its own, to a store that answers as told; the attempts, and what it failed with. */
async function attempts(deadline: number, answer: (attempt: Attempt, count: number) => Appended | Promise<Appended>) {
  const world = createWorld();
  const { timers } = createProcess(world);
  const all: Attempt[] = [];
  const store: EventStore = {
    ...createSimulatedStore(),
    async append(...sent) {
      const attempt = { atMs: world.nowMs, timeoutMs: sent[3], sent };
      all.push(attempt);
      // Time goes on only while something is to happen.
      await timers.pause(0);
      return answer(attempt, all.length);
    },
  };
  let isOver = false;
  let end: unknown;
  const over = appendUntilKnown({ store, timers }, 'stream', events, 7, deadline).catch((error: unknown) => {
    end = error;
  });
  void over.then(() => {
    isOver = true;
  });
  world.at(60_000, () => {});
  await world.run(() => isOver || world.nowMs >= 60_000);
  expect(isOver, 'the append has ended').to.equal(true);
  return { all, end };
}

const lost = (): never => {
  throw new OutcomeUnknownError('lost');
};

describe('an append until its outcome is known', () => {
  it('is the very same each time, after pauses that grow to half a second, until the deadline', async () => {
    const { all, end } = await attempts(3_000, lost);
    expect(all.map(({ atMs }) => atMs)).to.deep.equal([0, 20, 60, 140, 300, 620, 1_120, 1_620, 2_120, 2_620]);
    for (const { sent } of all) expect(sent.slice(0, 3)).to.deep.equal(['stream', events, 7]);
    expect(end).to.be.instanceOf(OutcomeUnknownError);
  });

  it('gives an attempt three seconds, or what is left of the time, and at least a millisecond', async () => {
    const world = createWorld();
    const { timers } = createProcess(world);
    const timeouts: number[] = [];
    const store: EventStore = {
      ...createSimulatedStore(),
      async append(...[, , , timeoutMs]) {
        timeouts.push(timeoutMs);
        await timers.pause(timeoutMs);
        return lost();
      },
    };
    let ended = 0;
    const append = (deadline: number) =>
      failure(appendUntilKnown({ store, timers }, 'stream', events, 7, deadline)).then(() => {
        ended += 1;
      });
    void append(7_000).then(() => append(6_000));
    await world.run(() => ended === 2);
    expect(timeouts).to.deep.equal([3_000, 3_000, 940, 1]);
  });

  it('is not sent again where the store refuses it, nor after an answer', async () => {
    const refused = await attempts(3_000, () => {
      throw new WrongRevisionError('elsewhere');
    });
    expect(refused.all).to.have.length(1);
    expect(refused.end).to.be.instanceOf(WrongRevisionError);
    const late = await attempts(3_000, (_, count) => (count < 3 ? lost() : { revision: 8 }));
    expect(late.all).to.have.length(3);
    expect(late.end).to.equal(undefined);
  });
});
