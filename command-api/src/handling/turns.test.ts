import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { brief, createInstance, eventsOf } from './instance.fixture.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

async function openedAccounts(...accounts: readonly string[]) {
  const store = createSimulatedStore();
  for (const accountId of accounts) await createInstance(store).open(accountId);
  return store;
}

const idsOf = (store: ReturnType<typeof createSimulatedStore>) =>
  eventsOf(store).flatMap((event) => (event.type === 'AccountOpened' ? [] : event.transactionId));

describe('the turns of accounts', () => {
  it('are so many at once, not more', async () => {
    const accounts = ['a', 'b', 'c', 'd', 'e'];
    const store = await openedAccounts(...accounts);
    const limits = { commands: 100, bytes: 1_000_000, accountsAtOnce: 2 };
    const { submit } = createInstance(store, { limits });
    let atOnce = 0;
    let mostAtOnce = 0;
    store.beforeCall = async () => {
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
    };
    const outcomes = accounts.map((accountId) => submit({ ...deposit('t', '1.00'), accountId }));
    expect((await Promise.all(outcomes)).map(brief)).to.deep.equal(accounts.map(() => 'Deposited'));
    expect(mostAtOnce).to.equal(2);
  });

  it('begin with what was decided in vain, before what has come meanwhile', async () => {
    const store = await openedAccounts('alice');
    const { submit } = createInstance(store);
    let later: Promise<unknown> = Promise.resolve();
    store.interceptNext(async (write) => {
      later = submit(deposit('later', '1.00'));
      await createInstance(store).submit(deposit('other', '1.00'));
      return write();
    });
    expect(brief(await submit(deposit('first', '1.00')))).to.equal('Deposited');
    await later;
    expect(idsOf(store)).to.deep.equal(['other', 'first', 'later']);
  });

  it('go on after one that failed: what waits behind it is decided, on what is read anew', async () => {
    const store = await openedAccounts('alice');
    const { submit, cache } = createInstance(store);
    await submit(deposit('before', '1.00'));
    let behind: Promise<string> = Promise.resolve('');
    let isForgotten = false;
    store.interceptNext(() => {
      behind = submit(deposit('behind', '1.00')).then(brief);
      throw new RangeError('refused for good');
    });
    const failed = await submit(deposit('failed', '1.00')).catch((error: Error) => {
      isForgotten = cache.get('alice') === undefined;
      return error.message;
    });
    expect(failed).to.equal('refused for good');
    expect(isForgotten).to.equal(true);
    expect(await behind).to.equal('Deposited');
    expect(idsOf(store)).to.deep.equal(['before', 'behind']);
  });

  it('are no matter to what comes after one without an outcome: full or not, it is not attempted', async () => {
    const store = await openedAccounts('alice');
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    store.beforeCall = () => held;
    const { submit } = createInstance(store, { limits: { commands: 2, bytes: 1_000_000, accountsAtOnce: 1 } });
    const first = submit(deposit('first', '1.00'));
    expect(brief(await submit(deposit('over', '1.00')))).to.equal('overloaded');
    expect(brief(await submit(deposit('behind', '1.00'), { broken: true }))).to.equal('not-attempted');
    letGo();
    await first;
  });
});

describe('an account whose append is answered with another revision', () => {
  it('is read again from its beginning', async () => {
    const store = await openedAccounts('alice');
    const from: number[] = [];
    const { submit } = createInstance({
      ...store,
      readForwards(stream, fromRevision, limit) {
        from.push(fromRevision);
        return store.readForwards(stream, fromRevision, limit);
      },
    });
    await submit(deposit('d0', '1.00'));
    const before = from.length;
    store.interceptNext(() => ({ revision: 77 }));
    expect(brief(await submit(deposit('d1', '1.00')))).to.equal('Deposited');
    expect(from.slice(before)).to.include(0);
  });
});
