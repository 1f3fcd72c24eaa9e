import type { EventStore } from '../event-store.ts';
import { Gathering, isStreamName } from './append-request.ts';
import {
  answerTo,
  malformed,
  outcomeOf,
  type Result,
  structured,
  timedOut,
  tooLarge,
  writeFailed,
} from './batch-answer.ts';
import type { Method } from './transport/call.ts';
import { type AppendOptions, type BatchAppendMessage, type Deadline, readBatchAppend } from './wire/append.ts';
import { uuidIn } from './wire/uuid.ts';

/** With so many appends on their way, or so much of answers that the client does not take, its requests are left with it. */
const MOST_UNSETTLED = 4096;
const MOST_UNSENT_BYTES = 1024 * 1024;

/** As on the real server: so long after its first message an append is answered at the latest, whatever its deadline. */
const WRITE_TIMEOUT_MS = 2_000;

/** One append on its way: its messages share a correlation id, and the last one says that it is. */
interface Pending {
  readonly correlationId: Buffer | undefined;
  /** The correlation id, whatever its form. */
  readonly key: string;
  readonly options: AppendOptions;
  /** When it is answered at the latest, in ms since 1970 UTC. */
  readonly deadlineMs: number;
  readonly gathered: Gathering;
  readonly patience: NodeJS.Timeout;
  answered: boolean;
}

/** The BatchAppend call: many appends over one call, each answered exactly once, by its correlation id. */
export function createBatchAppend(store: Pick<EventStore, 'append'>): Method {
  return function batchAppend(call) {
    /** Those whose last message has not come, by their correlation id. */
    const incoming = new Map<string, Pending>();
    /** How many have come whole and are not done with. */
    let unsettled = 0;
    let paused = false;
    let clientEnded = false;
    let nodeStops = false;
    call.gone.addEventListener('abort', () => {
      for (const { patience } of incoming.values()) clearTimeout(patience);
    });

    function begin({ correlationId, options }: BatchAppendMessage, key: string): Pending | undefined {
      if (!options) return undefined;
      const timeLeftMs = Math.min(timeLeftMsOf(options.deadline), WRITE_TIMEOUT_MS);
      const pending: Pending = {
        correlationId,
        key,
        options,
        deadlineMs: Date.now() + timeLeftMs,
        gathered: new Gathering(),
        patience: setTimeout(() => tellTimeout(pending), timeLeftMs),
        answered: false,
      };
      return pending;
    }

    function answer(
      pending: Pending,
      result: Result,
      correlationId: Uint8Array | undefined = pending.correlationId,
    ): void {
      if (pending.answered) return;
      pending.answered = true;
      clearTimeout(pending.patience);
      call.put(answerTo(correlationId, pending.options.identifier, result));
    }

    /** Timeouts name the append in the structured form, whatever the client's. */
    function tellTimeout(pending: Pending): void {
      const { correlationId, key } = pending;
      // One whose last message did not come is not waited for any more.
      if (incoming.get(key) === pending) incoming.delete(key);
      answer(pending, timedOut(), correlationId && structured(correlationId));
    }

    /** After the last message: refuses what is wrong with the append as a whole, or performs it. */
    async function complete(pending: Pending): Promise<void> {
      const { gathered, deadlineMs } = pending;
      const { stream, expected } = pending.options;
      if (gathered.problem === 'too-large') return answer(pending, tooLarge());
      if (gathered.problem || expected === undefined || !isStreamName(stream)) return answer(pending, malformed());
      if (deadlineMs <= Date.now()) return tellTimeout(pending);
      try {
        answer(pending, outcomeOf(await store.append(stream, expected, gathered.events), expected, stream));
      } catch (error) {
        answer(pending, writeFailed(error));
      }
    }

    /**
     * The append that a message begins or goes on with. As on the real server the first message's options hold, whether later
     * ones repeat them or not, and a message of an append that never began is ignored.
     * @throws MalformedMessageError for a correlation id that cannot be read
     */
    function pendingOf(message: BatchAppendMessage): Pending | undefined {
      const key = keyOf(message.correlationId);
      const pending = incoming.get(key) ?? begin(message, key);
      if (pending && !message.isFinal) incoming.set(key, pending);
      else incoming.delete(key);
      return pending;
    }

    const isFull = () => unsettled >= MOST_UNSETTLED || call.unsentBytes > MOST_UNSENT_BYTES;

    /** Comes when appends are done with, and here again when answers have gone out. */
    function takeMore(): void {
      if (!paused || nodeStops || call.gone.aborted || unsettled >= MOST_UNSETTLED) return;
      if (call.unsentBytes > MOST_UNSENT_BYTES) {
        void call.drained(MOST_UNSENT_BYTES / 2).then(takeMore);
        return;
      }
      paused = false;
      call.resume();
    }

    function settled(): void {
      unsettled -= 1;
      if (unsettled === MOST_UNSETTLED - 1) takeMore();
      if (unsettled > 0) return;
      if (nodeStops) leave();
      else if (clientEnded) call.end();
    }

    /** What is answered reaches the client before the call breaks off. */
    function leave(): void {
      void call.drained(0).then(call.cut);
    }

    return {
      message(bytes) {
        if (nodeStops) return;
        const message = readBatchAppend(bytes);
        const pending = pendingOf(message);
        if (!pending) return;
        for (const event of message.events) pending.gathered.add(event);
        if (!message.isFinal) return;
        unsettled += 1;
        if (!paused && isFull()) {
          paused = true;
          call.pause();
          takeMore();
        }
        complete(pending).then(settled, call.fail);
      },
      end() {
        clientEnded = true;
        if (unsettled === 0) call.end();
      },
      stopping() {
        nodeStops = true;
        call.pause();
        if (unsettled === 0) leave();
      },
    };
  };
}

const keyOf = (correlationId: Buffer | undefined): string => (correlationId && uuidIn(correlationId)) ?? '';

function timeLeftMsOf(deadline: Deadline | undefined): number {
  if (!deadline) return Number.POSITIVE_INFINITY;
  return deadline.kind === 'within' ? deadline.ms : deadline.ms - Date.now();
}
