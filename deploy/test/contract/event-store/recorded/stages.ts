import { type AppendResult, type AppendToStreamOptions, type EventData, jsonEvent } from '@eventstore/db-client';
import { AssertionError, expect } from 'chai';
import { collected, event } from '../target.ts';
import type { Asked } from './recorded.ts';
import { forwards } from './stream-states.ts';

/** The states that a stream was brought into before it was asked; all but a missing one had the revisions 0, 1 and 2. */
export type State = 'missing' | 'present' | 'soft-deleted' | 'tombstoned';

/** @returns the name of a new stream that is in this state; its events' `n` are x0, x1 and x2 */
export async function streamThatIs(state: State, { client, stream }: Asked): Promise<string> {
  const name = stream();
  if (state === 'missing') return name;
  await client.appendToStream(name, [event('x0'), event('x1'), event('x2')]);
  if (state === 'soft-deleted') await client.deleteStream(name);
  if (state === 'tombstoned') await client.tombstoneStream(name);
  return name;
}

/**
 * Appends, and makes sure of what the answer alone does not show: its position is that of the stored event that has its
 * revision, whether that was written now or earlier; and a refused append has written nothing.
 */
export async function append(
  asked: Asked,
  stream: string,
  events: EventData[],
  options: AppendToStreamOptions,
): Promise<AppendResult> {
  const { client } = asked;
  const before = await forwards(asked, stream);
  try {
    const answer = await client.appendToStream(stream, events, options);
    if (answer.position) {
      const from = { fromRevision: answer.nextExpectedRevision, maxCount: 1 };
      const [last] = await collected(client.readStream(stream, from));
      expect(answer.position).to.deep.equal(last?.event?.position);
    }
    return answer;
  } catch (error) {
    if (!(error instanceof AssertionError)) expect(await forwards(asked, stream)).to.equal(before);
    throw error;
  }
}

/** Events by name, each with one id for as long as this lives: the same name again is the same event again. */
export function namedEvents(): (names: string) => EventData[] {
  const known = new Map<string, EventData>();
  return (names) =>
    names.split(' ').map((name) => {
      const named = known.get(name) ?? jsonEvent({ type: 'Happened', data: { n: name } });
      known.set(name, named);
      return named;
    });
}
