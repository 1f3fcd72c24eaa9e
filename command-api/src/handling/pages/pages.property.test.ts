import type { RecordedEvent } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  changed,
  factsOf,
  loadAndWrite,
  type Movement,
  recordedAt,
  remade,
  storeWith,
  withPages,
} from './long-history.fixture.ts';
import { defaultPageLimits, type PageLimits } from './page.ts';
import { pageContext } from './page-context.fixture.ts';
import { PageEntries } from './page-entries.ts';
import { readPage, toPageEvent } from './page-event.ts';

const hourMs = 3_600_000;

const movement: fc.Arbitrary<Movement> = fc.record({
  delta: fc.oneof(fc.bigInt({ min: 1n, max: 5_000n }), fc.bigInt({ min: -5_000n, max: -1n })),
  effectiveAt: fc.integer({ min: 0, max: 48 }).map((hours) => recordedAt - hours * hourMs),
});

const limits: fc.Arbitrary<PageLimits> = fc
  .record({ eventsPerPage: fc.integer({ min: 2, max: 7 }), more: fc.integer({ min: 0, max: 6 }) })
  .map(({ eventsPerPage, more }) => ({ eventsPerPage, longAccountEvents: eventsPerPage + more }));

/** What somebody does to a stream of pages, at a place of it. */
const damages = [
  'removed',
  'repeated',
  'garbage',
  'cut short',
  'other bytes',
  'other bytes, newest',
  'another’s, with a hash that is right',
  'another event’s, with a hash that is right',
  'another balance, with a hash that is right',
  'another delta, with a hash that is right',
  'another range, with a hash that is right',
  'another version',
] as const;

interface Damage {
  readonly what: (typeof damages)[number];
  readonly place: number;
  readonly byte: number;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  what: fc.constantFrom(...damages),
  place: fc.nat({ max: 20 }),
  byte: fc.nat({ max: 400 }),
});

function apply(pages: readonly RecordedEvent[], { what, place, byte }: Damage, { eventsPerPage, ...more }: PageLimits) {
  const at = place % Math.max(pages.length, 1);
  const page = pages[at];
  if (!page) return pages;
  const read = readPage(page, 'alice', { eventsPerPage, ...more });
  const as = (change: object) => {
    if (read.kind !== 'page') return pages;
    // In its place, or as the newest.
    return pages.toSpliced(byte % 2 === 0 ? at : pages.length, 1, {
      ...page,
      data: toPageEvent(page.id, { ...read.page, ...change }).data,
    });
  };
  const entries = Buffer.from(String(Reflect.get(Object(page.data), 'entries')), 'base64');
  const flipped = Buffer.from(entries);
  const flippedAt = byte % Math.max(flipped.length, 1);
  flipped[flippedAt] = (flipped[flippedAt] ?? 0) ^ 0x10;
  switch (what) {
    case 'removed':
      return pages.toSpliced(at, 1);
    case 'repeated':
      return [...pages, page];
    case 'garbage':
      return [...pages, { ...page, data: { version: 1, entries: byte } }];
    case 'cut short':
      return pages.slice(0, at);
    case 'other bytes':
      return pages.with(at, changed(page, { entries: flipped.toString('base64') }));
    case 'other bytes, newest':
      return [...pages, changed(page, { entries: flipped.toString('base64') })];
    case 'another’s, with a hash that is right':
      return as({ accountId: 'bob' });
    case 'another event’s, with a hash that is right':
      return as({ lastEventId: '00000000-0000-4000-8000-000000000001' });
    case 'another balance, with a hash that is right':
      return as({ balance: BigInt(byte) });
    case 'another delta, with a hash that is right': {
      if (read.kind !== 'page') return pages;
      const { entries: right } = read.page;
      const other = new PageEntries(right.bytes.slice());
      const at = byte % eventsPerPage;
      other.set(at, { hash: right.hashAt(at), effectiveAt: right.effectiveAt(at), delta: right.delta(at) + 1n });
      return as({ entries: other });
    }
    case 'another range, with a hash that is right': {
      const firstRevision = byte * eventsPerPage;
      return as({ firstRevision, lastRevision: firstRevision + eventsPerPage - 1 });
    }
    case 'another version':
      return pages.with(at, changed(page, { version: 2 }));
  }
}

describe('pages that are damaged in whatever way', () => {
  it('lead to what the plain stream says, and so they do when they are repaired', async () => {
    const history = fc.array(movement, { maxLength: 45, size: 'max' });
    await fc.assert(
      fc.asyncProperty(history, limits, fc.array(damage, { maxLength: 6 }), async (moved, small, done) => {
        const store = storeWith(moved);
        await loadAndWrite(store, pageContext(small));
        const damaged = remade(store, (pages) => done.reduce((left, each) => apply(left, each, small), pages));
        const plain = await factsOf(
          withPages(store, () => []),
          pageContext(defaultPageLimits),
        );
        expect(await factsOf(damaged, pageContext(small))).to.deep.equal(plain);
        await loadAndWrite(damaged, pageContext(small));
        const repaired = pageContext(small);
        expect(await factsOf(damaged, repaired)).to.deep.equal(plain);
        await loadAndWrite(damaged, repaired);
        expect(repaired.counts).to.include({ repaired: 0, written: 0, failed: 0 });
      }),
      { numRuns: 150 },
    );
  });
});
