import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { brief, causation, createInstance, eventsOf } from './instance.fixture.ts';
import type { Place } from './queue-room.ts';
import { createSimulatedStore } from './simulated-store.fixture.ts';

const limits = { commands: 20, bytes: 100_000, accountsAtOnce: 10 };

/** A store whose calls wait until they are let go. */
async function heldStore(accounts: readonly string[] = ['alice']) {
  const store = createSimulatedStore();
  const opener = createInstance(store);
  for (const accountId of accounts) await opener.open(accountId);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  store.beforeCall = () => held;
  return { store, letGo: () => letGo() };
}

const numbered = (count: number, of: (id: string) => ReturnType<typeof deposit>) =>
  Array.from({ length: count }, (_, i) => of(`t${i}`));

describe('the queues', () => {
  it('turn away what is over an account’s limit, at once, and decide what was taken', async () => {
    const { store, letGo } = await heldStore();
    const { queues, submit, outcomes } = createInstance(store, { limits });
    const taken = numbered(10, (id) => deposit(id, '1.00')).map((command) => submit(command));
    expect(queues.size).to.equal(10);
    expect(brief(await submit(deposit('more', '1.00')))).to.equal('overloaded');
    letGo();
    expect((await Promise.all(taken)).map(brief)).to.deep.equal(Array.from({ length: 10 }, () => 'Deposited'));
    expect(brief(await submit(deposit('more', '1.00')))).to.equal('Deposited');
    expect(queues.size).to.equal(0);
    expect(outcomes.map(brief).sort()).to.deep.equal([...Array.from({ length: 11 }, () => 'Deposited'), 'overloaded']);
  });

  it('turn away what is over the limit of all accounts together', async () => {
    const { store, letGo } = await heldStore();
    const { submit } = createInstance(store, { limits });
    const of = (accountId: string) => submit({ ...deposit('t', '1.00'), accountId });
    const taken = Array.from({ length: 20 }, (_, i) => of(`a${i}`));
    expect(brief(await of('alice'))).to.equal('overloaded');
    letGo();
    expect((await Promise.all(taken)).map(brief)).to.deep.equal(Array.from({ length: 20 }, () => 'account-not-found'));
  });

  it('turn away what is over the limit of bytes', async () => {
    const { store, letGo } = await heldStore(['alice', 'bob']);
    const { submit } = createInstance(store, { limits });
    const large = { metadata: { note: '€'.repeat(20_000) } };
    const taken = [submit(deposit('t1', '1.00', large))];
    expect(brief(await submit(deposit('t2', '1.00')))).to.equal('overloaded');
    taken.push(submit({ ...deposit('t1', '1.00', large), accountId: 'bob' }));
    expect(brief(await submit({ ...deposit('t', '1.00'), accountId: 'carol' }))).to.equal('overloaded');
    letGo();
    expect((await Promise.all(taken)).map(brief)).to.deep.equal(['Deposited', 'Deposited']);
  });

  it('leave room for other accounts, however many commands a few busy ones get', async () => {
    const { store, letGo } = await heldStore(['alice', 'bob', 'carol']);
    const { submit } = createInstance(store, { limits });
    const ends: Promise<string>[] = [];
    for (const accountId of ['alice', 'bob']) {
      for (const command of numbered(50, (id) => deposit(id, '1.00'))) {
        ends.push(submit({ ...command, accountId }).then(brief));
      }
    }
    const carol = submit({ ...deposit('t', '1.00'), accountId: 'carol' });
    letGo();
    expect(brief(await carol)).to.equal('Deposited');
    const taken = (await Promise.all(ends)).filter((end) => end === 'Deposited');
    expect(taken).to.have.length(15);
  });

  it('let accounts take turns: one with many commands does not keep another from its first', async () => {
    const { store, letGo } = await heldStore(['alice', 'bob']);
    const { submit } = createInstance(store, { limits: { commands: 5_000, bytes: 1_000_000, accountsAtOnce: 1 } });
    const order: string[] = [];
    const note = (outcome: Promise<unknown>, name: string) => outcome.then(() => void order.push(name));
    const alice = numbered(1_000, (id) => deposit(id, '1.00')).map((command) => note(submit(command), 'alice'));
    const bob = note(submit({ ...deposit('t', '1.00'), accountId: 'bob' }), 'bob');
    letGo();
    await Promise.all([...alice, bob]);
    expect(order.indexOf('bob')).to.be.at.most(100);
  });

  it('give a place to one that waits for it, and keep it for that one', async () => {
    const { store, letGo } = await heldStore();
    const { queues, submit } = createInstance(store, { limits });
    const taken = numbered(10, (id) => deposit(id, '1.00')).map((command) => submit(command));
    const commands = numbered(12, (id) => deposit(`${id}-later`, '1.00'));
    const places: (Place | undefined)[] = commands.map(() => undefined);
    const waiting = commands.map(async (command, at) => {
      const place = await queues.placeFor(command);
      places[at] = place;
      return { command, place };
    });
    letGo();
    await Promise.all(taken);
    await Promise.all(waiting.slice(0, 10));
    expect(queues.size).to.equal(10);
    expect(places.filter((place) => place)).to.have.length(10);
    expect(brief(await submit(deposit('impatient', '1.00')))).to.equal('overloaded');
    for (const waited of waiting) {
      const { command, place } = await waited;
      expect(brief(await queues.submit({ command, causation }, place))).to.equal('Deposited');
    }
    expect(queues.size).to.equal(0);
  });

  it('take a place back from one that is not attempted', async () => {
    const { queues } = createInstance(createSimulatedStore(), { limits });
    const command = deposit('t', '1.00');
    const place = await queues.placeFor(command);
    expect(queues.size).to.equal(1);
    const outcome = await queues.submit({ command, causation, sequence: { broken: true } }, place);
    expect(brief(outcome)).to.equal('not-attempted');
    expect(queues.size).to.equal(0);
  });

  it('do not attempt what comes after one that was turned away, and call it so, full or not', async () => {
    const { store, letGo } = await heldStore();
    const { queues, submit } = createInstance(store, { limits });
    const taken = numbered(10, (id) => deposit(id, '1.00')).map((command) => submit(command));
    const sequence = { broken: false };
    expect(brief(await submit(deposit('over', '1.00'), sequence))).to.equal('overloaded');
    expect(brief(await submit(deposit('behind', '1.00'), sequence))).to.equal('not-attempted');
    letGo();
    await Promise.all(taken);
    expect(brief(await submit(deposit('later', '1.00'), sequence))).to.equal('not-attempted');
    expect(queues.size).to.equal(0);
    expect(eventsOf(store)).to.have.length(11);
  });

  it('give all room back, of commands and of bytes, to the account and to all', async () => {
    const store = createSimulatedStore();
    const { submit, open } = createInstance(store, { limits: { ...limits, bytes: 3_000 } });
    await open();
    const large = { description: 'x'.repeat(1_000) };
    for (const command of numbered(30, (id) => deposit(id, '1.00', large))) {
      expect(brief(await submit(command))).to.equal('Deposited');
    }
  });

  it('tell when they are idle', async () => {
    const { store, letGo } = await heldStore();
    const { queues, submit } = createInstance(store);
    const outcome = submit(deposit('t', '1.00'));
    let idle = false;
    const waiting = queues.idle().then(() => {
      idle = true;
    });
    expect(idle).to.equal(false);
    letGo();
    await outcome;
    await waiting;
    expect(eventsOf(store)).to.have.length(2);
  });

  it('do not decide what has waited past its deadline, nor what came after it in its request', async () => {
    const { store, letGo } = await heldStore();
    const { submit } = createInstance(store, { deadlineMs: 60 });
    const first = submit(deposit('t1', '1.00'));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const sequence = { broken: false };
    const later = [submit(deposit('t2', '1.00'), sequence), submit(deposit('t3', '1.00'), sequence)];
    setTimeout(letGo, 100);
    expect(brief(await first)).to.equal('service-unavailable');
    expect((await Promise.all(later)).map(brief)).to.deep.equal(['overloaded', 'not-attempted']);
    expect(eventsOf(store)).to.have.length(1);
  });

  it('decide what came before one of its request that they had no place for, and take nothing after it', async () => {
    const { store, letGo } = await heldStore();
    const { submit } = createInstance(store, { limits });
    const sequence = { broken: false };
    const taken = numbered(10, (id) => deposit(id, '1.00')).map((command) => submit(command, sequence));
    expect(brief(await submit(deposit('more', '1.00'), sequence))).to.equal('overloaded');
    letGo();
    expect(new Set((await Promise.all(taken)).map(brief))).to.deep.equal(new Set(['Deposited']));
    expect(brief(await submit(deposit('later', '1.00'), sequence))).to.equal('not-attempted');
  });

  it('do not decide what came after a failure in its request', async () => {
    const { store, letGo } = await heldStore();
    const { submit } = createInstance(store);
    const sequence = { broken: false };
    store.interceptNext(() => {
      throw new RangeError('refused for good');
    });
    const ends = numbered(501, (id) => deposit(id, '1.00')).map((command) =>
      submit(command, sequence).then(brief, (error: Error) => error.message),
    );
    letGo();
    const [last, ...failed] = (await Promise.all(ends)).reverse();
    expect(new Set(failed)).to.deep.equal(new Set(['refused for good']));
    expect(last).to.equal('not-attempted');
    expect(eventsOf(store)).to.have.length(1);
  });

  it('let accounts go on side by side', async () => {
    const { store, letGo } = await heldStore(['alice', 'bob']);
    const held = store.beforeCall;
    store.beforeCall = () => Promise.resolve();
    const { submit } = createInstance(store);
    store.interceptNext(async (write) => {
      await held();
      return write();
    });
    const alice = submit(deposit('t', '1.00'));
    expect(brief(await submit({ ...deposit('t', '1.00'), accountId: 'bob' }))).to.equal('Deposited');
    letGo();
    expect(brief(await alice)).to.equal('Deposited');
  });
});
