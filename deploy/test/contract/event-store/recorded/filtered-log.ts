import { type END, streamNameFilter } from '@eventstore/db-client';
import { has, type Journal, journalOf } from '../journal.ts';
import { appendedAt } from '../target.ts';
import type { Asked } from './recorded.ts';

/**
 * A filtered subscription to $all and the events it looks at, each in a stream of its own that is named in-… (each third
 * one) or out-…. Checkpoints count all that is written to the store: nobody else may write to it meanwhile.
 */
export interface FilteredLog {
  /** What the names of the streams that match begin with, as `in-`. */
  readonly prefix: string;
  /** The search window, in events; where undefined the server's default. */
  readonly window?: number;
  /** The checkpoint interval, in windows. */
  readonly interval: number;
  /** Default: after the event before the first. */
  readonly from?: typeof END;
  /** How many events are there when it is subscribed to. */
  readonly present: number;
  /** How many come when it is live. */
  readonly live: number;
}

export const LIVE = '— live appends';

export const nameOf = (i: number): 'in' | 'out' => (i % 3 === 0 ? 'in' : 'out');

/** Writes the events, subscribes, writes the live ones: the answer in the shape of the record. */
export async function logOf(
  { client, stream }: Asked,
  { prefix, window, interval, from, present, live }: FilteredLog,
): Promise<{ written: string[]; log: unknown[] }> {
  const mark = stream('f');
  const append = async (name: string) => (await appendedAt(client, `${mark}-${name}`)).commit;
  const before = await append('before');
  const written: string[] = [];
  for (let i = 0; i < present; i += 1) written.push(`${nameOf(i)}${i}@${await append(`${nameOf(i)}-${i}`)}`);

  const filter = streamNameFilter({
    prefixes: [`${mark}-${prefix}`, `${mark}-last`],
    ...(window === undefined ? {} : { maxSearchWindow: window }),
    checkpointInterval: interval,
    checkpointReached: async (_, { commit, prepare }) => journal.mark(`checkpoint C:${commit}/P:${prepare}`),
  });
  const subscription = client.subscribeToAll({ fromPosition: from ?? { commit: before, prepare: before }, filter });
  const journal: Journal = journalOf(
    subscription,
    ({ event: shown }) => `event ${shown?.streamId.slice(mark.length + 1)} C:${shown?.position?.commit}`,
  );
  try {
    await journal.until('caughtUp', has('caughtUp'));
    if (live === 0) return { written, log: [...journal.lines] };
    const caughtUp = journal.lines.length;
    const appends: { line: string; commit: bigint }[] = [];
    for (let i = 0; i < live; i += 1) {
      const name = `${nameOf(i)}-L${i}`;
      const commit = await append(name);
      appends.push({ line: `(appended ${name}@${commit})`, commit });
    }
    // It matches: what is told before it is all that there is to tell.
    const last = `event last C:${await append('last')}`;
    await journal.until('the last event', has(last));
    const told = journal.lines.slice(caughtUp, journal.lines.indexOf(last)).map(String);
    return { written, log: [...journal.lines.slice(0, caughtUp), LIVE, ...byPosition(appends, told)] };
  } finally {
    await subscription.unsubscribe();
  }
}

/** Puts each append before what was told of its position and of those up to the next. */
function byPosition(appends: readonly { line: string; commit: bigint }[], told: readonly string[]): string[] {
  const rest = [...told];
  const commitOf = (line: string) => BigInt(/C:(\d+)/.exec(line)?.[1] ?? 0);
  const lines = appends.flatMap(({ line }, i) => {
    const next = appends[i + 1]?.commit;
    const end = rest.findIndex((each) => next !== undefined && commitOf(each) >= next);
    return [line, ...rest.splice(0, end < 0 ? rest.length : end)];
  });
  return [...lines, ...rest];
}
