import { expect } from 'chai';
import { deposit, now } from '../account/decide.fixture.ts';
import { loadAccount } from './account-reader.ts';
import { decideGroup, defaultAppendLimits } from './decide-group.ts';
import { causation, createInstance } from './instance.fixture.ts';
import { pageContext } from './pages/page-context.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';
import { createWaiting } from './submission.ts';

async function openedAccount() {
  const store = createSimulatedStore();
  await createInstance(store).open();
  return loadAccount(store, 'alice', pageContext());
}

const waitingOf = (sizes: readonly number[]) =>
  sizes.map((sizeBytes, at) => {
    const submission = { command: deposit(`t-${at}`, '1.00'), causation };
    return createWaiting(
      submission,
      { isPreview: false, sizeBytes, deadline: 1_000 },
      () => {},
      () => {},
    );
  });

const quarter = defaultAppendLimits.bytes / 4;

describe('the size of an append', () => {
  for (const [what, sizes, drafted] of [
    ['at most 100 events', Array.from({ length: 101 }, () => 10), defaultAppendLimits.events],
    ['at most 512 kB, what an event adds to its command included', [quarter, quarter, quarter, quarter], 3],
    ['one command that is larger, alone', [defaultAppendLimits.bytes + 1, 10], 1],
    ['what comes before one that is larger', [10, defaultAppendLimits.bytes + 1], 1],
  ] as const) {
    it(`is ${what}; the rest comes next, in its order`, async () => {
      const group = waitingOf(sizes);
      const decision = decideGroup(await openedAccount(), new Map(), group, now, defaultAppendLimits);
      expect(decision.drafted).to.have.length(drafted);
      expect(decision.resolved.map(({ waiting }) => waiting)).to.deep.equal(group.slice(0, drafted));
      expect(decision.rest).to.deep.equal(group.slice(drafted));
    });
  }
});
