import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { startProcess } from './node-process.fixture.ts';

const EVENTS_PER_APPEND = 10;
const ROUNDS = 3;

/** Appends to new streams from 16 sides until the server is gone; tells which appends were sent and which acknowledged. */
async function appendUntilGone(url: string, round: number, onAcknowledged: (count: number) => void) {
  const client = EventStoreDBClient.connectionString(url);
  const sent: string[] = [];
  const acknowledged: string[] = [];
  const side = async (): Promise<void> => {
    for (;;) {
      const stream = `round-${round}-${sent.length}`;
      sent.push(stream);
      const events = Array.from({ length: EVENTS_PER_APPEND }, (_, n) => jsonEvent({ type: 'T', data: { n } }));
      try {
        await client.appendToStream(stream, events, { expectedRevision: 'no_stream' });
      } catch {
        // The server was killed: what became of this append is what the test looks at.
        return;
      }
      acknowledged.push(stream);
      onAcknowledged(acknowledged.length);
    }
  };
  await Promise.all(Array.from({ length: 16 }, side));
  await client.dispose();
  return { sent, acknowledged };
}

describe('the event store process, killed in the middle of appends', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-kill-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('has every acknowledged append afterwards, whole, and none half', async () => {
    const sent: string[] = [];
    const acknowledged: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { process: server, url } = await startProcess(directory);
      const ended = once(server, 'exit');
      const result = await appendUntilGone(url, round, (count) => {
        if (count === 100 + 37 * round) server.kill('SIGKILL');
      });
      await ended;
      sent.push(...result.sent);
      acknowledged.push(...result.acknowledged);
    }

    const { process: server, url } = await startProcess(directory);
    const client = EventStoreDBClient.connectionString(url);
    const stored = new Map<string, number>();
    for await (const { event } of client.readAll()) {
      if (event) stored.set(event.streamId, (stored.get(event.streamId) ?? 0) + 1);
    }
    expect(acknowledged.filter((stream) => stored.get(stream) !== EVENTS_PER_APPEND)).to.deep.equal([]);
    const half = sent.filter((stream) => ![undefined, EVENTS_PER_APPEND].includes(stored.get(stream)));
    expect(half).to.deep.equal([]);
    await client.dispose();
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    expect(await ended).to.deep.equal([0, null]);
  });

  it('ends when its parent lets go of it', async () => {
    const { process: server } = await startProcess(directory);
    const ended = once(server, 'exit');
    server.disconnect();
    expect(await ended).to.deep.equal([0, null]);
  });
});
