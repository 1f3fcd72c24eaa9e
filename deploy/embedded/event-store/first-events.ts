import { randomUUID } from 'node:crypto';
import { encodeEvent } from './record.ts';
import type { Storage } from './storage.ts';

const STREAM = '$$$scavenges';
const THIRTY_DAYS_S = 30 * 24 * 60 * 60;

/** What a real server writes into a fresh log before anybody else: clients that read everything see it. */
const METADATA = { $maxAge: THIRTY_DAYS_S, $acl: { $r: '$ops', $w: [], $d: [], $mr: [], $mw: [] } };

/** Writes what stands at the start of every log, if this one is empty. */
export async function writeFirstEvents(storage: Storage): Promise<void> {
  if (storage.newest() > 0) return;
  const event = {
    id: randomUUID(),
    type: '$metadata',
    isJson: true,
    metadata: new Uint8Array(),
    data: Buffer.from(JSON.stringify(METADATA)),
  };
  const record = encodeEvent({ sequence: 1, stream: STREAM, revision: 0 }, Date.now(), event);
  await storage.commit([{ sequence: 1, record, stream: { number: 1, revision: 0, newName: STREAM } }]);
  storage.refresh();
}
