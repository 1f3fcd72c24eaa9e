import { randomUUID } from 'node:crypto';
import {
  type EventStore,
  type RecordedEvent,
  StoreUnavailableError,
  StreamDamagedError,
} from '@ledger/shared/event-store/event-store';
import { UnreadableEventError } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { failure } from '../../../../deploy/test/failure.fixture.ts';
import { loadTimeline } from '../load-timeline.ts';
import type { SimulatedStore } from '../simulated-store.fixture.ts';
import {
  changed,
  factsOf,
  loadAndWrite,
  loaded,
  movements,
  pageEventsOf,
  remade,
  storeWith,
  withPages,
} from './long-history.fixture.ts';
import { defaultPageLimits, type Page } from './page.ts';
import { pageContext, smallPages } from './page-context.fixture.ts';
import { PageEntries } from './page-entries.ts';
import { readPage, toPageEvent } from './page-event.ts';

/** Revisions 0 to 22: pages 0 to 4, and three revisions in none. */
const events = 23;

async function pagedStore() {
  const store = storeWith(movements(events - 1));
  await loadAndWrite(store, pageContext(smallPages));
  expect(pageEventsOf(store)).to.have.length(5);
  return store;
}

function pageIn(recorded: RecordedEvent | undefined): Page {
  const read = recorded && readPage(recorded, 'alice', smallPages);
  if (read?.kind !== 'page') throw new Error('not a page');
  return read.page;
}

/** A page as somebody writes it who takes it for right. */
function written(recorded: RecordedEvent, page: Page): RecordedEvent {
  return { ...recorded, data: toPageEvent(randomUUID(), page).data };
}

const moved = (page: Page, place: number, delta: bigint): Page => {
  const entries = new PageEntries(page.entries.bytes.slice());
  const entry = { hash: entries.hashAt(place), effectiveAt: entries.effectiveAt(place), delta };
  entries.set(place, entry);
  return { ...page, entries };
};

type Change = (pages: readonly RecordedEvent[]) => readonly RecordedEvent[];

const at = (pages: readonly RecordedEvent[], number: number): RecordedEvent => {
  const page = pages[number];
  if (!page) throw new Error(`there is no page ${number}`);
  return page;
};
const without =
  (...numbers: number[]): Change =>
  (pages) =>
    pages.filter((_, number) => !numbers.includes(number));
const replaced =
  (number: number, change: (page: RecordedEvent) => RecordedEvent): Change =>
  (pages) =>
    pages.with(number, change(at(pages, number)));
const added =
  (change: (pages: readonly RecordedEvent[]) => RecordedEvent): Change =>
  (pages) => [...pages, change(pages)];

const cases: Record<string, { change: Change; invalid?: string; repaired?: number }> = {
  complete: { change: (pages) => pages },
  'all missing': { change: () => [], repaired: 5 },
  'missing at the start': { change: without(0), repaired: 1 },
  'missing in the middle': { change: without(1, 2), repaired: 2 },
  'missing here and there': { change: without(1, 3), repaired: 2 },
  'missing at the end': { change: without(4), repaired: 1 },
  'in another order': { change: (pages) => pages.toReversed() },
  'there twice': { change: (pages) => [...pages, ...pages] },
  damaged: {
    change: replaced(2, (page) => changed(page, { entries: Buffer.alloc(96).toString('base64') })),
    invalid: 'revisions 8 to 11: another SHA-256',
    repaired: 1,
  },
  'damaged, and written again': {
    change: (pages) => [changed(at(pages, 2), { sha256: '' }), ...pages],
  },
  'written again with damage': {
    change: added((pages) => changed(at(pages, 2), { sha256: '' })),
    invalid: 'revisions 8 to 11: another SHA-256',
  },
  'of another account': {
    change: replaced(1, (page) => written(page, { ...pageIn(page), accountId: 'bob' })),
    invalid: 'revisions 4 to 7: of account bob',
    repaired: 1,
  },
  'of a wrong sum': {
    change: replaced(1, (page) => written(page, moved(pageIn(page), 2, 12_345n))),
    invalid: 'revisions 4 to 7: its movements do not lead to its balance',
    repaired: 1,
  },
  'of a wrong sum at the start': {
    change: replaced(0, (page) => written(page, moved(pageIn(page), 3, 12_345n))),
    invalid: 'revisions 0 to 3: its movements do not lead to its balance',
    repaired: 1,
  },
  'of a wrong sum where the account is known already': {
    change: replaced(0, (page) => written(page, moved(pageIn(page), 1, 12_345n))),
    invalid: 'revisions 0 to 3: its movements do not lead to its balance',
    repaired: 1,
  },
  'of a wrong balance': {
    change: replaced(3, (page) => {
      const right = pageIn(page);
      const delta = right.entries.delta(0);
      return written(page, { ...moved(right, 0, delta + 1n), balance: right.balance + 1n });
    }),
    invalid: 'revisions 12 to 15: another balance than its last event’s',
    repaired: 1,
  },
  'made from another event': {
    change: replaced(1, (page) => written(page, { ...pageIn(page), lastEventId: randomUUID() })),
    invalid: 'revisions 4 to 7: made from another event',
    repaired: 1,
  },
  'of an unknown version': { change: replaced(1, (page) => changed(page, { version: 2 })), repaired: 1 },
  'of a known and an unknown version': { change: added((pages) => changed(at(pages, 1), { version: 2 })) },
  'among what is not pages': {
    change: (pages) => pages.flatMap((page) => [page, { ...page, data: 'nothing' }]),
    invalid: 'event 1 is not a page',
  },
  'beyond the end of the stream': {
    change: added((pages) => {
      const last = pageIn(pages.at(-1));
      return written(at(pages, 4), { ...last, firstRevision: 20, lastRevision: 23 });
    }),
    invalid: 'revisions 20 to 23: beyond the end of the account’s stream',
  },
};

describe('a long account is loaded as its plain stream says', () => {
  for (const [name, { change, invalid, repaired = 0 }] of Object.entries(cases)) {
    it(`where pages are ${name}`, async () => {
      const store = await pagedStore();
      const changedStore = remade(store, change);
      const context = pageContext(smallPages);
      expect(await factsOf(changedStore, context)).to.deep.equal(await plainFactsOf(store));
      if (invalid === undefined) expect(context.warnings).to.deep.equal([]);
      else expect(JSON.stringify(context.warnings[0])).to.include(invalid);
      const writing = pageContext(smallPages);
      await loadAndWrite(changedStore, writing);
      expect(writing.counts).to.include({ repaired, written: 0, failed: 0 });
      const afterwards = pageContext(smallPages);
      await loadAndWrite(changedStore, afterwards);
      expect(afterwards.counts).to.include({ repaired: 0, written: 0, failed: 0 });
      expect(await factsOf(changedStore, pageContext(smallPages))).to.deep.equal(await plainFactsOf(store));
    });
  }

  it('with one warning, however many pages are not valid', async () => {
    const store = await pagedStore();
    const context = pageContext(smallPages);
    const damaged = withPages(store, (pages) => pages.map((page) => changed(page, { sha256: '' })));
    await loaded(damaged, context);
    expect(context.warnings).to.have.length(1);
    expect(context.warnings[0]).to.deep.include({ accountId: 'alice', invalid: 5 });
    expect(context.counts.invalid).to.equal(5);
  });

  it('where its stream is shorter than the pages say', async () => {
    const store = await pagedStore();
    for (const revision of [7, 8, 12, 18]) {
      const cut = cutAfter(store, revision);
      const context = pageContext(smallPages);
      const known = await loaded(cut, context);
      expect(known.account.revision).to.equal(revision);
      expect(known.index.size).to.equal(revision);
      expect(JSON.stringify(context.warnings)).to.include('beyond the end');
    }
  });
});

/** What the account's own stream says. */
function plainFactsOf(store: SimulatedStore) {
  return factsOf(
    remade(store, () => []),
    pageContext(defaultPageLimits),
  );
}

describe('pages of a long account', () => {
  it('are what is read, but for what is in none of them', async () => {
    const store = await pagedStore();
    const read: number[] = [];
    const watched = {
      ...store,
      async *readForwards(stream: string, from: number, limit?: number) {
        for await (const event of store.readForwards(stream, from, limit)) {
          if (stream === accountStream('alice')) read.push(event.revision);
          yield event;
        }
      },
    };
    await loaded(watched, pageContext(smallPages));
    // First what shows that it is long; the last of each page, and what lies between, as they are near; what is in no page.
    expect(read).to.deep.equal([0, 1, 2, ...range(3, 19), ...range(20, 22)]);
  });

  it('are not asked for where the first read shows all', async () => {
    for (const [count, limits, reads] of [
      [1, smallPages, 1],
      [2, smallPages, 3],
      [198, defaultPageLimits, 1],
      [199, defaultPageLimits, 3],
    ] as const) {
      const store = storeWith(movements(count));
      await loaded(store, pageContext(limits));
      expect(store.reads).to.equal(reads);
    }
  });

  it('are not written for an account that is not long', async () => {
    const store = storeWith(movements(7));
    await loadAndWrite(store, pageContext(smallPages));
    expect(pageEventsOf(store)).to.deep.equal([]);
    const longer = storeWith(movements(8));
    await loadAndWrite(longer, pageContext(smallPages));
    expect(pageEventsOf(longer)).to.have.length(2);
  });

  it('are a pure function of the stream', async () => {
    const store = await pagedStore();
    const again = withPages(store, () => []);
    const first = pageEventsOf(store).map(({ data }) => data);
    const written: unknown[] = [];
    await loadAndWrite(
      { ...again, append: async (_stream, sent) => ({ revision: written.push(...sent.map(({ data }) => data)) - 1 }) },
      pageContext(smallPages),
    );
    expect(written).to.deep.equal(first);
  });

  it('make a load fail as the stream does, where the store is away', async () => {
    const store = await pagedStore();
    const away = withPages(store, () => {
      throw new StoreUnavailableError('away');
    });
    const { account } = await loaded(store, pageContext(smallPages));
    expect(await failure(loaded(away, pageContext(smallPages)))).to.be.instanceOf(StoreUnavailableError);
    expect(await failure(loadTimeline(away, account, pageContext(smallPages)))).to.be.instanceOf(StoreUnavailableError);
  });

  it('are as if they were not there, where their stream was deleted', async () => {
    const store = await pagedStore();
    const deleted = withPages(store, () => {
      throw new StreamDamagedError('deleted');
    });
    const context = pageContext(smallPages);
    expect(await factsOf(deleted, context)).to.deep.equal(await factsOf(store, pageContext(smallPages)));
    expect(context.warnings).to.have.length(2);
  });

  it('end in a timeline where the account is known to end', async () => {
    const store = await pagedStore();
    for (const revision of [8, 10, 11, 12]) {
      const { account } = await loaded(cutAfter(store, revision), pageContext(smallPages));
      const timeline = await loadTimeline(store, account, pageContext(smallPages));
      expect(timeline.balance).to.equal(account.balance);
    }
  });

  it('are not passed over to where the stream does not lead any more', async () => {
    const store = remade(await pagedStore(), without(1));
    const short = {
      ...store,
      readForwards: (stream: string, from: number, limit?: number) =>
        store.readForwards(stream, from, from === 4 && limit === 4 ? 3 : limit),
    };
    expect(await failure(loaded(short, pageContext(smallPages)))).to.be.instanceOf(StreamDamagedError);
  });

  it('hide no event of the account that can’t be read', async () => {
    const store = await pagedStore();
    const newer = {
      ...store,
      async *readForwards(stream: string, from: number, limit?: number) {
        for await (const event of store.readForwards(stream, from, limit)) {
          yield event.stream === accountStream('alice') && event.revision === 11
            ? { ...event, type: 'Reversed' }
            : event;
        }
      },
    };
    expect(await failure(loaded(newer, pageContext(smallPages)))).to.be.instanceOf(UnreadableEventError);
  });
});

/** The store with an account's stream that ends at a revision. */
function cutAfter(store: SimulatedStore, revision: number): EventStore {
  return {
    ...store,
    async *readForwards(stream, ...read) {
      for await (const event of store.readForwards(stream, ...read)) {
        if (stream !== accountStream('alice') || event.revision <= revision) yield event;
      }
    },
  };
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);
