import type { JsonEvent, RecordedEvent } from '@ledger/shared/event-store/event-store';
import { pagesStream } from '@ledger/shared/events/streams';
import type { Page, PageLimits } from '../../../command-api/src/handling/pages/page.ts';
import { readPage, toPageEvent } from '../../../command-api/src/handling/pages/page-event.ts';
import type { Random } from '../long/kill-rounds/random.ts';
import { accountIds } from './plan.ts';
import type { StoreServer } from './store-server.ts';

/** Somebody who may write to the store, and writes into the streams of index pages what no ledger would. */
export interface Meddler {
  /** Writes behind the pages of each account what is none, or an old one, or one that is wrong. */
  meddle(): void;
}

const mostAtOnce = 4;

export function createMeddler({ streams }: StoreServer, random: Random, limits: PageLimits): Meddler {
  type Data = JsonEvent['data'];

  /** A page that only the account's own stream shows to be wrong. */
  function rehashed(recorded: RecordedEvent, accountId: string, change: Partial<Page>): Data {
    const read = readPage(recorded, accountId, limits);
    return read.kind === 'page' ? toPageEvent(recorded.id, { ...read.page, ...change }).data : garbage();
  }

  const garbage = (): Data => ({ version: 1, entries: random.uuid() });

  function anything(accountId: string): Data {
    const pages = streams.readForwards(pagesStream(accountId), 0);
    if (pages.length === 0) return garbage();
    const page = random.pick(pages);
    const data = Object(page.data);
    return random.pick<() => Data>([
      garbage,
      () => data,
      () => data,
      () => ({ ...data, version: 2 }),
      () => ({ ...data, balance: '1' }),
      () => rehashed(page, accountId, { lastEventId: random.uuid() }),
      () => rehashed(page, accountId, { balance: BigInt(random.below(10_000)) }),
      () => rehashed(page, accountId, { accountId: random.pick(accountIds) }),
      () => {
        const firstRevision = limits.eventsPerPage * random.below(5);
        return rehashed(page, accountId, { firstRevision, lastRevision: firstRevision + limits.eventsPerPage - 1 });
      },
    ])();
  }

  return {
    meddle() {
      for (const accountId of accountIds) {
        for (let left = random.below(mostAtOnce + 1); left > 0; left--) {
          const event = { id: random.uuid(), type: 'IndexPage', data: anything(accountId), metadata: {} };
          streams.append(pagesStream(accountId), [event], 'any');
        }
      }
    },
  };
}
