import { type EventStore, StoreUnavailableError } from '@ledger/shared/event-store/event-store';
import { pagesStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { until } from '../../../../deploy/test/until.fixture.ts';
import { deposit } from '../../account/decide.fixture.ts';
import { loadAccount } from '../account-reader.ts';
import { brief, createInstance } from '../instance.fixture.ts';
import { loadTimeline } from '../load-timeline.ts';
import { createSimulatedStore, type SimulatedStore } from '../simulated-store.fixture.ts';
import { machineTimers } from '../timers.ts';
import { pageContext, smallPages } from './page-context.fixture.ts';

const ids = Array.from({ length: 12 }, (_, n) => `account-${n}`);

/** A store in which each of these has a long account. */
async function filledStore(): Promise<SimulatedStore> {
  const store = createSimulatedStore();
  const { open, submit } = createInstance(store);
  for (const id of ids) {
    await open(id);
    for (let n = 0; n < 10; n++) await submit({ ...deposit(`t-${n}`, '1.00'), accountId: id });
  }
  return store;
}

/** The store, in which each read of pages waits to be let go on, or fail. */
function holdingPages(store: SimulatedStore) {
  const held: ((error?: Error) => void)[] = [];
  const holding = {
    ...store,
    async *readForwards(stream: string, ...read: [from: number, limit?: number]) {
      if (ids.some((id) => stream === pagesStream(id))) {
        const error = await new Promise<Error | undefined>((resolve) => held.push(resolve));
        if (error) throw error;
      }
      yield* store.readForwards(stream, ...read);
    },
  };
  return { held, holding };
}

/** As long as a load needs that nothing holds. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await machineTimers.endOfTurn();
}

/** Loads of all accounts, and of their timelines where they are known. */
const loads: Readonly<Record<string, (store: SimulatedStore) => Promise<(store: EventStore) => Promise<unknown>[]>>> = {
  async accounts() {
    const context = pageContext(smallPages);
    return (store) => ids.map((id) => loadAccount(store, id, context));
  },
  async timelines(plain) {
    const context = pageContext(smallPages);
    const all = await Promise.all(ids.map((id) => loadAccount(plain, id, context)));
    return (store) => all.flatMap((known) => (known ? loadTimeline(store, known.account, context) : []));
  },
};

describe('loads of long accounts', () => {
  for (const [what, prepare] of Object.entries(loads)) {
    it(`go on four at a time: ${what}`, async () => {
      const store = await filledStore();
      const { held, holding } = holdingPages(store);
      const load = await prepare(store);
      const loaded = Promise.all(load(holding));
      for (let begun = 4; begun <= ids.length; begun++) {
        await until(`load ${begun} reads its pages`, () => held.length >= begun);
        await someTurns();
        expect(held).to.have.length(begun);
        held[begun - 4]?.();
      }
      for (const letGo of held) letGo();
      expect((await loaded).filter((each) => each !== undefined)).to.have.length(ids.length);
    });
  }

  it('let the next one in where one fails, and are tried again', async () => {
    const store = await filledStore();
    const { held, holding } = holdingPages(store);
    const { submit } = createInstance(holding, { pageLimits: smallPages });
    const outcomes = ids.map((accountId) => submit({ ...deposit('new', '1.00'), accountId }));
    await until('four loads read their pages', () => held.length === 4);
    for (const letGo of held.splice(0)) letGo(new StoreUnavailableError('away'));
    let isOver = false;
    const all = Promise.all(outcomes).finally(() => {
      isOver = true;
    });
    await until('all have loaded', () => {
      for (const letGo of held.splice(0)) letGo();
      return isOver;
    });
    expect(new Set((await all).map(brief))).to.deep.equal(new Set(['Deposited']));
  });
});
