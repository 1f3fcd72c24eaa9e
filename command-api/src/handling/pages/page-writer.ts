import { randomUUID } from 'node:crypto';
import { type EventStore, StreamDamagedError, WrongRevisionError } from '@ledger/shared/event-store/event-store';
import { pagesStream } from '@ledger/shared/events/streams';
import { readAccount } from '../account-stream.ts';
import { hashOfId } from '../id-hash.ts';
import type { AccountPages, DuePages } from './account-pages.ts';
import type { Page } from './page.ts';
import { PageBuilder } from './page-builder.ts';
import type { PageContext } from './page-context.ts';
import { readPage, sha256Of, toPageEvent } from './page-event.ts';

/** Writes pages behind the appends: nobody waits for it, and where it fails, accounts only open more slowly. */
export interface PageWriter {
  /** Takes what is due of an account, if anything is. Never throws. */
  write(pages: AccountPages): void;
  /** Begins no other page, and says nothing of the one that is under way. */
  stop(): void;
  /** Resolves when nothing is left to be written. */
  idle(): Promise<void>;
}

export interface WriterLimits {
  /** Accounts that wait; one that does not find room asks again when it is next kept. */
  readonly accounts: number;
  /** Of what waits; pages that do not find room are made from the stream when their turn comes. */
  readonly bytes: number;
  /** Of what one account that does not find room may keep; where it is more, its pages are made from the stream. */
  readonly bytesWithoutRoom: number;
}

/** A load of 1,000,000 events without pages leaves 24 MB. */
export const defaultWriterLimits: WriterLimits = {
  accounts: 4,
  bytes: 64 * 1024 * 1024,
  bytesWithoutRoom: 4 * 1024 * 1024,
};

const attemptTimeoutMs = 3_000;
/** After a failure: a store that is away is not asked by each group of commands. */
const retryAfterMs = 10_000;
/** Attempts to append one page; each but the last found that others had written meanwhile. */
const mostAttempts = 10;

interface Job {
  pages: AccountPages;
  readonly due: DuePages;
}

export function createPageWriter(
  store: EventStore,
  context: PageContext,
  limits: WriterLimits = defaultWriterLimits,
): PageWriter {
  const { timers, log, onPages } = context;
  /** By account id, in the order that they came. */
  const jobs = new Map<string, Job>();
  let running: Promise<void> | undefined;
  let isStopped = false;

  function write(pages: AccountPages): void {
    if (isStopped) return;
    const { accountId } = pages;
    const waiting = jobs.get(accountId);
    if (!waiting && jobs.size >= limits.accounts) {
      pages.shrinkTo(limits.bytesWithoutRoom);
      return;
    }
    const due = pages.takeDue(timers.now());
    if (!due) return;
    const job = waiting ?? { pages, due: new Map() };
    job.pages = pages;
    jobs.set(accountId, job);
    let bytes = bytesWaiting();
    for (const [number, { page, isRepair }] of due) {
      bytes += page?.entries.bytes.byteLength ?? 0;
      job.due.set(number, { page: bytes > limits.bytes ? undefined : page, isRepair });
    }
    running ??= run();
  }

  function bytesWaiting(): number {
    const pages = [...jobs.values()].flatMap(({ due }) => [...due.values()]);
    return pages.reduce((sum, { page }) => sum + (page?.entries.bytes.byteLength ?? 0), 0);
  }

  async function run(): Promise<void> {
    for (let [next] = jobs; next && !isStopped; [next] = jobs) {
      const [accountId, job] = next;
      jobs.delete(accountId);
      try {
        await writeAll(job);
      } catch (error) {
        job.pages.postpone(job.due, timers.now() + retryAfterMs);
        if (isStopped) break;
        log.warn({ error, accountId, pages: job.due.size }, 'index pages were not written; it is tried again later');
        onPages('failed', job.due.size);
      }
    }
    running = undefined;
  }

  /** Takes out of the job what is written, by whomever. */
  async function writeAll({ pages, due }: Job): Promise<void> {
    const byOthers = new Set<string>();
    for (const number of [...due.keys()].sort((a, b) => a - b)) {
      // Commands go first.
      await timers.endOfTurn();
      if (isStopped) return;
      const { page: kept, isRepair } = due.get(number) ?? { page: undefined, isRepair: false };
      const page = kept ?? (await makePage(pages.accountId, number));
      if (await append(pages, page, byOthers)) onPages(isRepair ? 'repaired' : 'written', 1);
      due.delete(number);
    }
  }

  async function makePage(accountId: string, number: number): Promise<Page> {
    const { eventsPerPage } = context.limits;
    const builder = new PageBuilder(accountId, context.limits);
    for await (const recorded of readAccount(store, accountId, number * eventsPerPage, eventsPerPage)) {
      const { event } = recorded;
      const page = builder.add(recorded, hashOfId(event.type === 'AccountOpened' ? '' : event.transactionId));
      if (page) return page;
    }
    throw new StreamDamagedError(`the stream of account ${accountId} ends within its page ${number}`);
  }

  /**
   * Appends a page, unless others have meanwhile. Answers whether it was this that wrote it.
   * @param byOthers SHA-256 of what others wrote; added to
   */
  async function append(pages: AccountPages, page: Page, byOthers: Set<string>): Promise<boolean> {
    const stream = pagesStream(pages.accountId);
    const sha256 = sha256Of(page);
    for (let attempt = 1; ; attempt++) {
      if (byOthers.has(sha256)) return false;
      const before = pages.streamRevision;
      const events = [toPageEvent(randomUUID(), page)];
      try {
        const appended = await store.append(stream, events, before < 0 ? 'no_stream' : before, attemptTimeoutMs);
        pages.streamRevision = appended.revision;
        return true;
      } catch (error) {
        if (!(error instanceof WrongRevisionError) || attempt === mostAttempts) throw error;
        await readOn(pages, byOthers);
        if (pages.streamRevision === before) {
          // It is shorter than it was: the next time, it is read from its beginning.
          pages.streamRevision = -1;
          throw error;
        }
      }
    }
  }

  async function readOn(pages: AccountPages, byOthers: Set<string>): Promise<void> {
    const { accountId, streamRevision } = pages;
    for await (const recorded of store.readForwards(pagesStream(accountId), streamRevision + 1)) {
      pages.streamRevision = recorded.revision;
      const read = readPage(recorded, accountId, context.limits);
      if (read.kind === 'page') byOthers.add(read.sha256);
    }
  }

  return {
    write,
    stop() {
      isStopped = true;
      jobs.clear();
    },
    async idle() {
      while (running) await running;
    },
  };
}
