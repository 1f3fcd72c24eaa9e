import { type EventStore, OutcomeUnknownError } from '@ledger/shared/event-store/event-store';
import { pagesStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { lostAfterWriting, lostBeforeWriting } from '../simulated-store.fixture.ts';
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
async function stage(store: EventStore, limits?: WriterLimits) {
  const context = pageContext(smallPages);
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

  it('takes the pages of some accounts only, and keeps some bytes only; the rest is made from the stream', async () => {
    const store = longStore();
    const none = await stage(store, { accounts: 0, bytes: 1_000 });
    none.writer.write(none.pages);
    await none.writer.idle();
    expect(store.attempts).to.deep.equal([]);
    expect(none.pages.takeDue(), 'nothing is due before there is a new page').to.equal(undefined);

    const { reads } = store;
    const little = await stage(store, { accounts: 1, bytes: 2 * 4 * 24 });
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
