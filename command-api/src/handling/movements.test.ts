import { deltaOf } from '@ledger/shared/events/account-events';
import { expect } from 'chai';
import { loadAccount } from './account-reader.ts';
import { eventsOf } from './instance.fixture.ts';
import { loadTimeline } from './load-timeline.ts';
import { Movements } from './movements.ts';
import { loadAndWrite, loaded, movements as moved, storeWith, writeNextPage } from './pages/long-history.fixture.ts';
import type { PageLimits } from './pages/page.ts';
import { pageContext, smallPages } from './pages/page-context.fixture.ts';
import type { SimulatedStore } from './simulated-store.fixture.ts';

/** Loads alice's account with its movements, and its timeline from them: without a read of its own. */
async function timelineInPassing(store: SimulatedStore, limits: PageLimits) {
  const read = new Movements();
  const known = await loadAccount(store, 'alice', pageContext(limits), read);
  if (!known) throw new Error('the account was opened');
  const { reads } = store;
  const timeline = await loadTimeline(store, known.account, pageContext(limits), read);
  expect(store.reads).to.equal(reads);
  return { known, timeline, read };
}

describe('movements that are read with their account', () => {
  for (const [count, name] of [
    [22, 'a few'],
    [5_000, 'thousands'],
  ] as const) {
    it(`make the timeline that reading them again does: ${name}`, async () => {
      const store = storeWith(moved(count));
      const limits = { eventsPerPage: count > 100 ? 512 : 4, longAccountEvents: count > 100 ? 1_000 : 8 };
      for (const isPaged of [false, true]) {
        if (isPaged) await loadAndWrite(store, pageContext(limits));
        const { known, timeline } = await timelineInPassing(store, limits);
        const again = await loadTimeline(store, known.account, pageContext(limits));
        const moves = eventsOf(store).flatMap((event) => (event.type === 'AccountOpened' ? [] : [event]));
        expect(timeline.balance).to.equal(known.account.balance);
        for (const { effectiveAt } of moved(24)) {
          for (const at of [effectiveAt - 1, effectiveAt]) {
            const asOf = moves.reduce((sum, event) => (event.effectiveAt <= at ? sum + deltaOf(event) : sum), 0n);
            expect(timeline.balanceAsOf(at)).to.equal(asOf);
            expect(timeline.rangeFrom(at)).to.deep.equal(again.rangeFrom(at));
          }
        }
      }
    });
  }

  it('are read again where the account has moved on', async () => {
    const store = storeWith(moved(22));
    const { known, read } = await timelineInPassing(store, smallPages);
    await writeNextPage(store, known, smallPages);
    const { reads } = store;
    const timeline = await loadTimeline(store, known.account, pageContext(smallPages), read);
    expect(store.reads).to.be.above(reads);
    expect(timeline.balance).to.equal((await loaded(store, pageContext(smallPages))).account.balance);
  });
});
