import { join } from 'node:path';
import { DATA_FILE, openForReading } from './layout.ts';
import { checkMetaPages } from './meta-pages.ts';
import { holdsEvent, isBodyWhole, isHeadWhole, revisionOf, streamSpan, TOMBSTONE_REVISION, textAt } from './record.ts';
import { indexKey, nameKey } from './storage-keys.ts';

export interface Findings {
  readonly entries: number;
  readonly events: number;
  readonly streams: number;
  /** What is wrong with its file, in words; none in a store that is as it was written. At most `MOST_PROBLEMS`. */
  readonly problems: readonly string[];
}

/** More would say nothing more. */
const MOST_PROBLEMS = 20;

/**
 * Reads every entry of the store in `directory` and what the index says of it, and writes nothing. LMDB itself can die of a
 * damaged file, so a process that has to go on calls `verifyApart`.
 * @throws NewerLayoutError, OlderLayoutError, DamagedStoreError; the system's error where there is nothing to read
 */
export async function verify(directory: string): Promise<Findings> {
  await checkMetaPages(join(directory, DATA_FILE));
  const { environment, log, index, streams } = await openForReading(directory);
  const problems: string[] = [];
  const report = (problem: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push(problem);
  };
  let entries = 0;
  let events = 0;
  let firstEvents = 0;
  for (const { key: sequence, value: record } of log.getRange({})) {
    entries += 1;
    if (sequence !== entries) {
      report(`entry ${entries} is missing`);
      entries = sequence;
    }
    if (!isHeadWhole(record, sequence)) {
      report(`the head of entry ${sequence} is not as it was written`);
      continue;
    }
    if (!isBodyWhole(record)) report(`the data of entry ${sequence} is not as it was written`);
    if (!holdsEvent(record)) continue;
    events += 1;
    const revision = revisionOf(record);
    const name = textAt(record, streamSpan(record));
    const number = streams.get(nameKey(name))?.readUInt32LE(0);
    if (number === undefined) {
      report(`stream ${name}, of entry ${sequence}, is missing`);
      continue;
    }
    if (number === sequence) firstEvents += 1;
    const indexed = index.get(indexKey(number, revision))?.readUInt32LE(0);
    if (indexed !== sequence) report(`revision ${revision} of stream ${name} is not indexed as entry ${sequence}`);
    const follows = revision === 0 || revision === TOMBSTONE_REVISION || index.get(indexKey(number, revision - 1));
    if (!follows) report(`revision ${revision - 1} of stream ${name} is missing`);
  }
  if (index.getCount() !== events) report(`the index has ${index.getCount()} events, the log has ${events}`);
  if (streams.getCount() !== firstEvents) report(`${streams.getCount()} streams are named, ${firstEvents} begin`);
  await environment.close();
  return { entries, events, streams: firstEvents, problems };
}
