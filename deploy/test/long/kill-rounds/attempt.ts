import {
  type EventData,
  type EventStoreDBClient,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import type { Answer, Metadata } from './stream-state.ts';

/** Something that was asked of the store. All sends of the same events are one attempt. */
export interface Attempt {
  readonly kind: 'append' | 'metadata' | 'delete' | 'tombstone';
  readonly stream: string;
  /** Of an append. */
  readonly events: readonly EventData[];
  /** Of metadata; holds the attempt's own name, by which it is found again. */
  readonly metadata?: Metadata;
  /** Unknown until an answer is there, and for ever where none came. */
  outcome: Outcome;
}

export type Outcome =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly why: Exclude<Answer, 'taken'> }
  /**
   * `last`: the revision of the last event, of an append. A repeat of events that metadata hides by now is told no
   * position.
   */
  | { readonly kind: 'acknowledged'; readonly position: bigint | undefined; readonly last?: bigint };

/** The server's life as its clients see it. */
export interface Life {
  /** Aborted when the signal that kills the server is sent: from then on a call may end without an answer. */
  readonly killed: AbortSignal;
  readonly client: EventStoreDBClient;
}

/** A call that gets neither an answer nor an error when the server is gone counts as one without an answer after this. */
const NO_ANSWER_AFTER_MS = 5_000;

/**
 * The answer to one call. Whatever is neither a success nor a refusal has to be the kill's doing.
 * @throws Error for a call that failed while the server was alive
 */
export async function outcomeOf(
  life: Life,
  { kind, stream }: Attempt,
  call: Promise<{
    readonly position?: { readonly commit: bigint } | undefined;
    readonly nextExpectedRevision?: bigint;
  }>,
): Promise<Outcome> {
  const silence = silenceAfter(life.killed);
  try {
    const result = await Promise.race([call, silence.promise]);
    if (!result) return { kind: 'unknown' };
    const position = result.position?.commit;
    const last = result.nextExpectedRevision;
    return last === undefined ? { kind: 'acknowledged', position } : { kind: 'acknowledged', position, last };
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) return { kind: 'refused', why: 'wrong-revision' };
    if (error instanceof StreamDeletedError) return { kind: 'refused', why: 'stream-deleted' };
    if (life.killed.aborted) return { kind: 'unknown' };
    throw new Error(`${kind} on ${stream} failed while the server was alive`, { cause: error });
  } finally {
    silence.end();
  }
}

function silenceAfter(killed: AbortSignal): { promise: Promise<undefined>; end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let start = () => {};
  const promise = new Promise<undefined>((resolve) => {
    start = () => {
      timer = setTimeout(() => resolve(undefined), NO_ANSWER_AFTER_MS);
    };
    if (killed.aborted) start();
    else killed.addEventListener('abort', start, { once: true });
  });
  return {
    promise,
    end() {
      killed.removeEventListener('abort', start);
      clearTimeout(timer);
    },
  };
}
