import { type EventStore, OutcomeUnknownError } from '@ledger/shared/event-store/event-store';
import { pagesStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { deposit } from '../../account/decide.fixture.ts';
import { createInstance } from '../instance.fixture.ts';
import { createSimulatedStore, lostAfterWriting, lostBeforeWriting } from '../simulated-store.fixture.ts';
import { machineTimers } from '../timers.ts';
import {
  changed,
  factsOf,
  loadAndWrite,
  loaded,
  movements,
  pageEventsOf,
  remade,
  storeWith,
  writeNextPage,
} from './long-history.fixture.ts';
import { pageContext, smallPages } from './page-context.fixture.ts';
import { createPageWriter, type WriterLimits } from './page-writer.ts';

const longStore = () => storeWith(movements(22));

const rangesOf = (store: ReturnType<typeof longStore>) =>
  pageEventsOf(store).map(({ data }) => Reflect.get(Object(data), 'firstRevision'));

/** A long account that was loaded without pages, and a writer that has not begun. */
async function stage(store: EventStore, limits?: WriterLimits, timers = machineTimers) {
  const context = pageContext(smallPages, timers);
  const known = await loaded(store, context);
  return { known, pages: known.pages, context, writer: createPageWriter(store, context, limits) };
}

describe('the writer of index pages', () => {
  it('writes what is missing in its order, each page by an append of its own', async () => {
    const store = longStore();
    const { pages, context, writer } = await stage(store);
    writer.write(pages);
    expect(store.attempts).to.deep.equal([]);
    await writer.idle();
    expect(rangesOf(store)).to.deep.equal([0, 4, 8, 12, 16]);
    expect(store.attempts.map(({ expected }) => expected)).to.deep.equal(['no_stream', 0, 1, 2, 3]);
    expect(context.counts).to.deep.equal({ used: 0, written: 0, repaired: 5, invalid: 0, failed: 0 });
    writer.write(pages);
    await writer.idle();
    expect(store.attempts).to.have.length(5);
  });

  it('uses an id once', async () => {
    const store = longStore();
    await loadAndWrite(store, pageContext(smallPages));
    await loadAndWrite(
      remade(store, () => []),
      pageContext(smallPages),
    );
    const ids = store.attempts.flatMap(({ events }) => events.map(({ id }) => id));
    expect(new Set(ids)).to.have.length(5);
  });

  it('writes nothing twice where two write at the same time', async () => {
    const store = longStore();
    const [one, two] = [await stage(store), await stage(store)];
    one.writer.write(one.pages);
    two.writer.write(two.pages);
    await Promise.all([one.writer.idle(), two.writer.idle()]);
    expect(rangesOf(store).sort((a, b) => a - b)).to.deep.equal([0, 4, 8, 12, 16]);
    expect(one.context.counts.repaired + two.context.counts.repaired).to.equal(5);
    expect(one.context.counts.failed + two.context.counts.failed).to.equal(0);
  });

  it('goes on behind what others wrote meanwhile, and leaves out what is right in it', async () => {
    const whole = longStore();
    await loadAndWrite(whole, pageContext(smallPages));
    const store = remade(whole, () => []);
    const { pages, writer, context } = await stage(store);
    const [first, second, third] = pageEventsOf(whole);
    if (!first || !second || !third) throw new Error('there are five pages');
    const events = [third, changed(first, { sha256: '' }), changed(second, { version: 7 })];
    store.write(
      pagesStream('alice'),
      events.map(({ id, type, data }) => ({ id, type, data: Object(data), metadata: {} })),
      'no_stream',
    );
    writer.write(pages);
    await writer.idle();
    expect(rangesOf(store)).to.deep.equal([8, 0, 4, 0, 4, 12, 16]);
    expect(context.counts).to.include({ repaired: 4, failed: 0 });
    expect(context.warnings).to.deep.equal([]);
  });

  it('gives up for now where an append fails, and tries again with the next page', async () => {
    for (const [failing, lost] of [
      [0, lostBeforeWriting],
      [2, lostBeforeWriting],
      [2, lostAfterWriting],
    ] as const) {
      const store = longStore();
      const { known, pages, context, writer } = await stage(store);
      for (let before = 0; before < failing; before++) store.interceptNext((write) => write());
      store.interceptNext(lost);
      writer.write(pages);
      await writer.idle();
      expect(store.attempts).to.have.length(failing + 1);
      expect(context.counts).to.include({ failed: 5 - failing });
      expect(context.warnings).to.have.length(1);
      expect(pages.sizeBytes).to.be.lessThan(4 * 24 + 1);
      writer.write(pages);
      await writer.idle();
      expect(store.attempts, 'nothing is new').to.have.length(failing + 1);

      await writeNextPage(store, known, smallPages);
      writer.write(pages);
      await writer.idle();
      expect(rangesOf(store)).to.deep.equal([0, 4, 8, 12, 16, 20]);
      const again = pageContext(smallPages);
      await factsOf(store, again);
      expect(again.counts.invalid).to.equal(0);
    }
  });

  it('gives up for now where reading fails that an append makes necessary', async () => {
    const store = longStore();
    const { known, pages, context, writer } = await stage(store);
    store.write(pagesStream('alice'), [{ id: UUID, type: 'Other', data: {}, metadata: {} }], 'any');
    store.interceptNext((write) => {
      store.unavailable = true;
      return write();
    });
    writer.write(pages);
    await writer.idle();
    expect(context.counts).to.include({ failed: 5, repaired: 0 });
    store.unavailable = false;
    await writeNextPage(store, known, smallPages);
    writer.write(pages);
    await writer.idle();
    expect(rangesOf(store).slice(1)).to.deep.equal([0, 4, 8, 12, 16, 20]);
  });

  it('finds its way again in a stream that is shorter than it was', async () => {
    const store = longStore();
    const { known, pages, context, writer } = await stage(store);
    pages.streamRevision = 7;
    writer.write(pages);
    await writer.idle();
    expect(context.counts).to.include({ failed: 5 });
    await writeNextPage(store, known, smallPages);
    writer.write(pages);
    await writer.idle();
    expect(rangesOf(store)).to.deep.equal([0, 4, 8, 12, 16, 20]);
  });

  it('tries again some time after a failure, not with each group of commands', async () => {
    const store = longStore();
    let nowMs = 1_000_000;
    const { pages, context, writer } = await stage(store, undefined, { ...machineTimers, now: () => nowMs });
    store.interceptNext(lostBeforeWriting, lostBeforeWriting);
    for (const [laterMs, attempts] of [
      [0, 1],
      [9_999, 1],
      [1, 2],
      [9_999, 2],
      [1, 7],
    ] as const) {
      nowMs += laterMs;
      writer.write(pages);
      await writer.idle();
      expect(store.attempts, `${nowMs}`).to.have.length(attempts);
    }
    expect(rangesOf(store)).to.deep.equal([0, 4, 8, 12, 16]);
    expect(context.counts).to.include({ repaired: 5, failed: 10 });
  });

  it('writes the pages of all accounts that were loaded together, of those without room with their next command', async () => {
    const store = createSimulatedStore();
    const seed = createInstance(store);
    const ids = Array.from({ length: 20 }, (_, n) => `account-${n}`);
    for (const id of ids) {
      await seed.open(id);
      for (let n = 0; n < 10; n++) await seed.submit({ ...deposit(`t-${n}`, '1.00'), accountId: id });
    }
    const { submit, pageWriter } = createInstance(store, { pageLimits: smallPages });
    const pagesWritten = () => ids.map((id) => store.events(pagesStream(id)).length);
    store.interceptAll = async (write, { stream }) => {
      if (!stream.startsWith('pages-')) return write();
      await allLoaded;
      return write();
    };
    const allLoaded = Promise.all(ids.map((accountId) => submit({ ...deposit('new', '1.00'), accountId })));
    await allLoaded;
    await pageWriter.idle();
    expect(pagesWritten().filter((count) => count === 0).length).to.be.within(15, 16);
    for (const accountId of ids) {
      await submit({ ...deposit('newer', '1.00'), accountId });
      await pageWriter.idle();
    }
    expect(pagesWritten().filter((count) => count === 3)).to.have.length(20);
  });

  it('leaves what finds no room with its account, but not more than a little', async () => {
    const pageBytes = 4 * 24;
    for (const [bytesWithoutRoom, bytesLeft, reads] of [
      [5 * pageBytes, 5 * pageBytes, 0],
      [5 * pageBytes - 1, 0, 5],
    ] as const) {
      const store = longStore();
      const { pages, writer, context } = await stage(store, { accounts: 0, bytes: 1_000, bytesWithoutRoom });
      const { sizeBytes } = pages;
      writer.write(pages);
      await writer.idle();
      expect(store.attempts).to.deep.equal([]);
      expect(sizeBytes - pages.sizeBytes).to.equal(5 * pageBytes - bytesLeft);
      const before = store.reads;
      const other = createPageWriter(store, context);
      other.write(pages);
      await other.idle();
      expect(rangesOf(store)).to.deep.equal([0, 4, 8, 12, 16]);
      expect(store.reads - before).to.equal(reads);
    }
  });

  it('keeps some bytes only of what waits; the rest is made from the stream', async () => {
    const store = longStore();
    const { reads } = store;
    const little = await stage(store, { accounts: 1, bytes: 2 * 4 * 24, bytesWithoutRoom: 0 });
    const loading = store.reads - reads;
    little.writer.write(little.pages);
    await little.writer.idle();
    expect(rangesOf(store)).to.deep.equal([0, 4, 8, 12, 16]);
    expect(store.reads - reads - loading).to.equal(3);
    const all = pageEventsOf(store).map(({ data }) => data);
    await loadAndWrite(store, pageContext(smallPages));
    const other = longStore();
    await loadAndWrite(other, pageContext(smallPages));
    expect(all.map((data) => Reflect.get(Object(data), 'entries'))).to.deep.equal(
      pageEventsOf(other).map(({ data }) => Reflect.get(Object(data), 'entries')),
    );
  });

  it('stops without a word', async () => {
    const store = longStore();
    const { pages, context, writer } = await stage(store);
    store.interceptNext(() => {
      writer.stop();
      throw new OutcomeUnknownError('the connection was closed');
    });
    writer.write(pages);
    await writer.idle();
    expect(store.attempts).to.have.length(1);
    expect(context.warnings).to.deep.equal([]);
    const other = await stage(store);
    other.writer.stop();
    other.writer.write(other.pages);
    await other.writer.idle();
    expect(store.attempts).to.have.length(1);
  });
});

const UUID = '00000000-0000-4000-8000-000000000001';
