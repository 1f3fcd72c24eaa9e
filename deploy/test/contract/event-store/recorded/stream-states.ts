import {
  BACKWARDS,
  END,
  FORWARDS,
  isCommandError,
  type ResolvedEvent,
  type StreamMetadata,
} from '@eventstore/db-client';
import { collected, event } from '../target.ts';
import type { Asked } from './recorded.ts';

/**
 * Streams whose metadata hides events, and the words in which the record shows what is left of their events.
 */

/** A stream with the revisions 0 to count - 1; the n of each event is its revision, as text. */
export async function present({ client, stream }: Asked, count: number): Promise<string> {
  const name = stream();
  await client.appendToStream(
    name,
    Array.from({ length: count }, (_, n) => event(String(n))),
  );
  return name;
}

export async function presentWithMetadata(asked: Asked, count: number, metadata: StreamMetadata): Promise<string> {
  const name = await present(asked, count);
  await asked.client.setStreamMetadata(name, metadata);
  return name;
}

/** `0:"a" 1:"b"`: the revision and the n of each event; or the class of the error, where the server refuses. */
async function shown(read: AsyncIterable<ResolvedEvent>): Promise<string> {
  try {
    const all = (await collected(read)).flatMap(({ event: stored }) => stored ?? []);
    return all.map(({ revision, data }) => `${revision}:${JSON.stringify(Reflect.get(Object(data), 'n'))}`).join(' ');
  } catch (error) {
    if (error instanceof Error && isCommandError(error)) return error.constructor.name;
    throw error;
  }
}

/** A stream as it is read, both ways. */
export const forwards = ({ client }: Asked, name: string, fromRevision?: bigint, maxCount?: number): Promise<string> =>
  shown(
    client.readStream(name, {
      direction: FORWARDS,
      ...(fromRevision !== undefined && { fromRevision }),
      ...(maxCount !== undefined && { maxCount }),
    }),
  );

export const backwards = ({ client }: Asked, name: string, fromRevision: bigint | typeof END = END): Promise<string> =>
  shown(client.readStream(name, { direction: BACKWARDS, fromRevision }));

/** What the metadata stream of a stream shows. */
export async function metadataEvents({ client }: Asked, name: string) {
  const all = await collected(client.readStream(`$$${name}`));
  return all.map((each) => ({ rev: each.event?.revision, type: each.event?.type, data: each.event?.data }));
}

/** How far back a case looks for its events in $all; others may write at the same time. */
const RECENT = 500;

/** The revisions that $all shows of a stream, the newest first. */
export async function revisionsInAll({ client }: Asked, name: string): Promise<string[]> {
  const recent = await collected(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: RECENT }));
  return recent.filter(({ event: stored }) => stored?.streamId === name).map((each) => String(each.event?.revision));
}

/** The answer of an attempt, or its error as a value. */
export const answerOf = <T>(attempt: Promise<T>): Promise<unknown> => attempt.catch((error: unknown) => error);
