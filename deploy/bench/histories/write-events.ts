import { mkdir } from 'node:fs/promises';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import type { AccountEvent, EventContext } from '@ledger/shared/events/account-events';
import { accountStream } from '@ledger/shared/events/streams';
import { writeFirstEvents } from '../../embedded/event-store/first-events.ts';
import { encodeEvent } from '../../embedded/event-store/record.ts';
import { openStorage, type Row } from '../../embedded/event-store/storage.ts';

/** What happened to an account once. */
export interface PastEvent {
  readonly event: AccountEvent;
  readonly context: EventContext;
}

const ROWS_PER_COMMIT = 20_000;

/**
 * Writes events of new accounts to a store, as the ledger would have recorded them in the course of time; through the
 * node's storage layer, which takes a fifth of the time that appends do. The node must not run on the directory, which is made
 * if missing.
 * @returns how many they are
 */
export async function writeEvents(directory: string, events: Iterable<PastEvent>): Promise<number> {
  await mkdir(directory, { recursive: true });
  const storage = await openStorage(directory);
  try {
    await writeFirstEvents(storage);
    const streams = new Map<string, { readonly number: number; revision: number }>();
    const newest = storage.newest();
    let sequence = newest;
    let rows: Row[] = [];
    for (const { event, context } of events) {
      sequence += 1;
      const name = accountStream(event.accountId);
      const known = streams.get(name);
      const stream = known ?? { number: sequence, revision: -1 };
      if (!known) streams.set(name, stream);
      stream.revision += 1;
      const { revision } = stream;
      const { id, type, data, metadata } = toJsonEvent(uuidOf(sequence), event, context);
      const stored = { id, type, isJson: true, metadata: bytesOf(metadata), data: bytesOf(data) };
      rows.push({
        sequence,
        stream: { number: stream.number, revision, ...(known ? {} : { newName: name }) },
        record: encodeEvent({ sequence, stream: name, revision }, context.recordedAt, stored),
      });
      if (rows.length === ROWS_PER_COMMIT) {
        await storage.commit(rows);
        rows = [];
      }
    }
    if (rows.length > 0) await storage.commit(rows);
    return sequence - newest;
  } finally {
    await storage.close();
  }
}

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const uuidOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
