import { type EventStore, type RecordedEvent, StoreUnavailableError } from '@ledger/shared/event-store/event-store';

/**
 * The same store, whose reads of a stream fail when their next event does not come within `timeoutMs`. A read has no
 * deadline of its own: over a connection that is half open it would hang until the connection's keep-alive gives up.
 */
export function withReadTimeout(store: EventStore, timeoutMs: number): EventStore {
  async function* readForwards(stream: string, fromRevision: number, limit?: number): AsyncGenerator<RecordedEvent> {
    const events = store.readForwards(stream, fromRevision, limit)[Symbol.asyncIterator]();
    let answering = false;
    try {
      for (;;) {
        answering = false;
        const next = await inTime(events.next(), timeoutMs, stream);
        answering = true;
        if (next.done) return;
        yield next.value;
      }
    } finally {
      // A read that hangs would hang here too.
      if (answering) await events.return?.();
    }
  }

  return { ...store, readForwards };
}

async function inTime<T>(pending: Promise<T>, timeoutMs: number, stream: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StoreUnavailableError(`${stream}: nothing read in ${timeoutMs} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}
