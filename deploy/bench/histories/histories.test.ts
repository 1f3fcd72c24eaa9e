import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { revisionOf, streamSpan, textAt } from '../../embedded/event-store/record.ts';
import { openStorage } from '../../embedded/event-store/storage.ts';
import { lastRecordedAt, longAccount, longHistory, trafficHistory } from './histories.ts';
import { writeEvents } from './write-events.ts';

const long = { accountId: 'long', currency: 'EUR', order: 'one in ten', lines: 30 } as const;

describe('histories', () => {
  it('of a long account have its opening and so many lines, up to a date that is known', () => {
    const history = [...longHistory(longAccount(long), long)];
    expect(history.map(({ event }) => event.type).filter((type) => type === 'AccountOpened')).to.have.length(1);
    expect(history).to.have.length(1 + 30);
    expect(history.at(-1)?.context.recordedAt).to.equal(lastRecordedAt(30));
  });

  it('of many accounts begin with all openings and go on in random order', () => {
    const history = [...trafficHistory(20, 500)];
    expect(history).to.have.length(500);
    const types = history.map(({ event }) => event.type);
    expect(types.lastIndexOf('AccountOpened')).to.be.below(40);
    expect(types.filter((type) => type === 'AccountOpened')).to.have.length(20);
    expect(new Set(history.slice(40).map(({ event }) => event.accountId)).size).to.equal(20);
    const times = history.slice(40).map(({ context }) => context.recordedAt);
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
  });

  it('are in the store in their order, each account in a stream of its own', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'histories-'));
    try {
      const history = [...trafficHistory(3, 40), ...longHistory(longAccount(long), long)];
      expect(await writeEvents(join(directory, 'store'), history)).to.equal(history.length);
      const storage = await openStorage(join(directory, 'store'));
      const written: [string, number][] = [];
      storage.scan(
        2,
        storage.newest(),
        () => true,
        (record) => written.push([textAt(record, streamSpan(record)), revisionOf(record)]) > 0,
      );
      const revisions = new Map<string, number>();
      const expected = history.map(({ event }) => {
        const revision = (revisions.get(event.accountId) ?? -1) + 1;
        revisions.set(event.accountId, revision);
        return [accountStream(event.accountId), revision];
      });
      expect(written).to.deep.equal(expected);
      const stream = storage.streamNumber(accountStream('long')) ?? 0;
      expect(storage.lastEvent(stream, storage.newest())?.revision).to.equal(30);
      await storage.close();
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
