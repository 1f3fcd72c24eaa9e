import { writeFirstEvents } from '../../../embedded/event-store/first-events.ts';
import { encodeEvent } from '../../../embedded/event-store/record.ts';
import { openStorage, type Row } from '../../../embedded/event-store/storage.ts';

export const EVENTS_PER_STREAM = 100;
export const MARKED_TYPE = 'Marked';
/** Every so many events one is of the marked type. */
export const MARKED_EVERY = 1_000;

const ROWS_PER_COMMIT = 20_000;
const CREATED_MS = Date.UTC(2026, 0, 1);

export const streamOf = (number: number): string => `account-${number}`;

/**
 * Makes a store of so many events, behind those that every store begins with, directly through the node's storage layer:
 * many rows a transaction, so that the disk is flushed seldom. The streams take turns, as accounts do. The node must not run on the directory.
 * @param events a multiple of EVENTS_PER_STREAM and of MARKED_EVERY
 */
export async function fillStore(directory: string, events: number): Promise<void> {
  const storage = await openStorage(directory);
  try {
    await writeFirstEvents(storage);
    const streams = events / EVENTS_PER_STREAM;
    const before = storage.newest();
    const metadata = Buffer.from(JSON.stringify({ recordedAt: '2026-01-01T00:00:00.000Z', $correlationId: 'large' }));
    const data = Buffer.from(JSON.stringify({ amount: '100.00', currency: 'EUR', description: 'x'.repeat(260) }));
    for (let first = 0; first < events; first += ROWS_PER_COMMIT) {
      const rows: Row[] = [];
      for (let n = first; n < Math.min(first + ROWS_PER_COMMIT, events); n += 1) {
        const name = streamOf(n % streams);
        const revision = Math.floor(n / streams);
        const type = n % MARKED_EVERY === 0 ? MARKED_TYPE : 'Deposited';
        const event = { id: uuidOf(n), type, isJson: true, metadata, data };
        const stream = { number: before + 1 + (n % streams), revision };
        const sequence = before + 1 + n;
        rows.push({
          sequence,
          record: encodeEvent({ sequence, stream: name, revision }, CREATED_MS, event),
          stream: revision === 0 ? { ...stream, newName: name } : stream,
        });
      }
      await storage.commit(rows);
    }
  } finally {
    await storage.close();
  }
}

const uuidOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
