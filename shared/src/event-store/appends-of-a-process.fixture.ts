import { randomUUID } from 'node:crypto';
import { connectEventStore } from './eventstoredb.ts';

/** A process that appends when it is told to: so many events, all at once; it says when they are sent, and how many were written. */
const store = connectEventStore(process.argv[2] ?? '');

async function append(number: number): Promise<boolean> {
  const event = { id: randomUUID(), type: 'Counted', data: { text: 'x'.repeat(20_000) }, metadata: {} };
  try {
    await store.append(`account-${number}`, [event], 'any', 3_000);
    return true;
  } catch {
    // What is tested is that the process outlives it.
    return false;
  }
}

process.on('message', async (count: number) => {
  const appends = Array.from({ length: count }, (_, number) => append(number));
  setImmediate(() => process.send?.('sent'));
  process.send?.((await Promise.all(appends)).filter(Boolean).length);
});
process.send?.('ready');
