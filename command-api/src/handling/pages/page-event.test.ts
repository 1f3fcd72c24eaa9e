import type { RecordedEvent } from '@ledger/shared/event-store/event-store';
import { expect } from 'chai';
import fc from 'fast-check';
import { hashOfId } from '../id-hash.ts';
import type { Page } from './page.ts';
import { entryBytes, openingEntry, PageEntries, type PageEntry } from './page-entries.ts';
import { readPage, sha256Of, toPageEvent } from './page-event.ts';

const limits = { eventsPerPage: 4, longAccountEvents: 8 };

function entriesOf(entries: readonly PageEntry[]): PageEntries {
  const packed = new PageEntries(new Uint8Array(entries.length * entryBytes));
  for (const [place, entry] of entries.entries()) packed.set(place, entry);
  return packed;
}

const entry = (delta: bigint, id = 't-1'): PageEntry => ({ hash: hashOfId(id), effectiveAt: 1_767_225_600_123, delta });

const page: Page = {
  accountId: 'alice',
  firstRevision: 4,
  lastRevision: 7,
  entries: entriesOf([entry(100n), entry(-30n), entry(0n), entry(5n, 't-2')]),
  balance: 175n,
  lastEventId: '11111111-2222-4333-8444-555555555555',
};

function recorded(change: object = {}, event: Partial<RecordedEvent> = {}): RecordedEvent {
  const { id, type, data } = toPageEvent('99999999-2222-4333-8444-555555555555', page);
  const at = { stream: 'pages-alice', revision: 3, position: 1n, created: new Date(0) };
  return { ...at, id, type, data: { ...data, ...change }, metadata: {}, ...event };
}

/** With a hash that is right for what was changed: nothing else tells. */
function rehashed(change: Partial<Page>): RecordedEvent {
  return recorded(toPageEvent('99999999-2222-4333-8444-555555555555', { ...page, ...change }).data);
}

function faultOf(event: RecordedEvent): string {
  const read = readPage(event, 'alice', limits);
  return read.kind === 'fault' ? `${read.fault.firstRevision}: ${read.fault.what}` : read.kind;
}

describe('an index page', () => {
  it('is read as it was written', () => {
    const read = readPage(recorded(), 'alice', limits);
    if (read.kind !== 'page') throw new Error(read.kind);
    expect({ ...read.page, entries: [...read.page.entries.bytes] }).to.deep.equal({
      ...page,
      entries: [...page.entries.bytes],
    });
    expect(read.sha256).to.equal(sha256Of(page));
  });

  it('has a form that other versions of the ledger rely on', () => {
    const { type, data, metadata } = toPageEvent('99999999-2222-4333-8444-555555555555', page);
    expect({ type, data, metadata }).to.deep.equal({
      type: 'IndexPage',
      data: {
        version: 1,
        accountId: 'alice',
        firstRevision: 4,
        lastRevision: 7,
        entries:
          'oi7JdjS86UZ7qNp2mwEAAGQAAAAAAAAAoi7JdjS86UZ7qNp2mwEAAOL/////////oi7JdjS86UZ7qNp2mwEAAAAAAAAAAAAASq2N6/afrbF7qNp2mwEAAAUAAAAAAAAA',
        balance: '175',
        lastEventId: '11111111-2222-4333-8444-555555555555',
        sha256: '10dd13581677e8bde3e2d53be5ab55737c4bbc66ce0a21f7fe88d23f9a04b54d',
      },
      metadata: {},
    });
  });

  it('is not valid where anything of it is not as it was written', () => {
    const bytes = Buffer.from(page.entries.bytes);
    const flipped = (place: number) => {
      const damaged = Buffer.from(bytes);
      damaged[place] = (damaged[place] ?? 0) ^ 1;
      return { entries: damaged.toString('base64') };
    };
    for (const place of bytes.keys()) expect(faultOf(recorded(flipped(place)))).to.equal('4: another SHA-256');
    expect(faultOf(recorded({ balance: '176' }))).to.equal('4: another SHA-256');
    expect(faultOf(recorded({ lastEventId: 'other' }))).to.equal('4: another SHA-256');
    expect(faultOf(recorded({ sha256: '00' }))).to.equal('4: another SHA-256');
    expect(faultOf(recorded({ firstRevision: 8, lastRevision: 11 }))).to.equal('8: another SHA-256');
  });

  it('is not valid where it is not a page', () => {
    for (const change of [
      { version: undefined },
      { version: '1' },
      { entries: undefined },
      { entries: 7 },
      { balance: 175 },
      { balance: '-175' },
      { balance: '1.75' },
      { firstRevision: -4, lastRevision: -1 },
      { firstRevision: '4' },
      { lastRevision: 7.5 },
      { lastEventId: null },
      { sha256: undefined },
    ]) {
      expect(faultOf(recorded(change)), JSON.stringify(change)).to.equal('undefined: event 3 is not a page');
    }
    expect(faultOf(recorded({}, { data: 'text' }))).to.equal('undefined: event 3 is not a page');
    expect(faultOf(recorded({}, { data: undefined }))).to.equal('undefined: event 3 is not a page');
  });

  it('is not valid where its range is no page’s', () => {
    for (const [firstRevision, lastRevision] of [
      [3, 6],
      [4, 8],
      [4, 6],
      [0, 7],
    ] as const) {
      expect(faultOf(rehashed({ firstRevision, lastRevision }))).to.equal(
        `undefined: revisions ${firstRevision} to ${lastRevision} are no page`,
      );
    }
  });

  it('is not valid where it has not one entry for each revision', () => {
    for (const count of [0, 3, 5]) {
      const entries = entriesOf(Array.from({ length: count }, () => entry(1n)));
      expect(faultOf(rehashed({ entries }))).to.equal(`4: ${count * 24} bytes`);
    }
    expect(faultOf(rehashed({ entries: new PageEntries(page.entries.bytes.slice(1)) }))).to.equal('4: 95 bytes');
  });

  it('is not valid for another account', () => {
    expect(faultOf(rehashed({ accountId: 'bob' }))).to.equal('4: of account bob');
  });

  it('is nobody’s fault where another version wrote it', () => {
    expect(faultOf(recorded({ version: 2 }))).to.equal('unknown');
    expect(faultOf(recorded({ version: 2, entries: undefined }))).to.equal('unknown');
    expect(faultOf(recorded({}, { type: 'IndexRoot' }))).to.equal('unknown');
  });
});

describe('the entries of a page', () => {
  it('hold whatever a transaction may be', () => {
    const any: fc.Arbitrary<PageEntry> = fc.record({
      hash: fc.record({
        high: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        low: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      }),
      effectiveAt: fc.oneof(
        fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
        fc.constantFrom(-1, 0, -(2 ** 32)),
      ),
      delta: fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), fc.nat({ max: 8 }), (entries, from) => {
        const packed = entriesOf(entries);
        expect(packed.count).to.equal(entries.length);
        const read = entries.map((_, place) => ({
          hash: packed.hashAt(place),
          effectiveAt: packed.effectiveAt(place),
          delta: packed.delta(place),
        }));
        expect(read).to.deep.equal(entries);
        expect(packed.sumFrom(from)).to.equal(entries.slice(from).reduce((sum, { delta }) => sum + delta, 0n));
      }),
    );
  });

  it('say nothing of an opening', () => {
    expect([...entriesOf([openingEntry]).bytes]).to.deep.equal(Array.from({ length: 24 }, () => 0));
  });
});
