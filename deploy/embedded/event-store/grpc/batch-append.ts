import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import streams, { type BatchAppendReq, type BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import type { ExpectedRevision } from '../decide-append.ts';
import type { EventStore } from '../event-store.ts';
import { exactRevision, type Gathering, gatherEvents, isStreamName, streamNameOf, uuidOf } from './append-request.ts';
import { malformed, setOutcome, timedOut, tooLarge, writeFailed } from './batch-answer.ts';

/** Above this many appends without an answer a call's requests are left with the client. */
const MOST_UNANSWERED = 4096;

/** Of an append that names no deadline. */
const DEFAULT_DEADLINE_MS = 10_000;

/** Node's timers fire at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One append on its way: its messages share a correlation id, and the last one says that it is. */
interface Pending {
  readonly correlationId: UUID | undefined;
  readonly identifier: StreamIdentifier | undefined;
  readonly stream: string;
  readonly expected: ExpectedRevision | undefined;
  /** When the client stops waiting, in ms since 1970 UTC. */
  readonly deadlineMs: number;
  readonly gathered: Gathering;
  answered: boolean;
}

/** The BatchAppend call: many appends over one call, each answered exactly once, by its correlation id. */
export function createBatchAppend(store: EventStore): handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> {
  return function batchAppend(call) {
    const incoming = new Map<string, Pending>();
    let unanswered = 0;
    let ended = false;

    function answer(pending: Pending, fill: (response: BatchAppendResp) => void): void {
      if (pending.answered) return;
      pending.answered = true;
      const response = new streams.BatchAppendResp();
      response.setCorrelationId(pending.correlationId);
      response.setStreamIdentifier(pending.identifier);
      fill(response);
      if (!call.cancelled) call.write(response);
    }

    const refuse = (pending: Pending, status: Status) => answer(pending, (response) => response.setError(status));

    async function perform(pending: Pending, expected: ExpectedRevision): Promise<void> {
      const patience = setTimeout(
        () => refuse(pending, timedOut()),
        Math.min(pending.deadlineMs - Date.now(), LONGEST_TIMER_MS),
      );
      try {
        const outcome = await store.append(pending.stream, expected, pending.gathered.events);
        answer(pending, (response) => setOutcome(response, outcome, expected));
      } catch (error) {
        refuse(pending, writeFailed(error));
      } finally {
        clearTimeout(patience);
      }
    }

    /** After the last message: refuses what is wrong with the append as a whole, or performs it. */
    async function complete(pending: Pending): Promise<void> {
      if (pending.gathered.problem === 'too-large') return refuse(pending, tooLarge());
      const { expected } = pending;
      if (pending.gathered.problem || expected === undefined || !isStreamName(pending.stream)) {
        return refuse(pending, malformed());
      }
      if (pending.deadlineMs <= Date.now()) return refuse(pending, timedOut());
      await perform(pending, expected);
    }

    function settled(): void {
      unanswered -= 1;
      if (unanswered < MOST_UNANSWERED && call.isPaused()) call.resume();
      if (ended && unanswered === 0) call.end();
    }

    call.on('data', (message: BatchAppendReq) => {
      const key = uuidOf(message.getCorrelationId()) ?? '';
      const options = message.getOptions();
      const pending = options ? pendingOf(message.getCorrelationId(), options) : incoming.get(key);
      // As on the real server: messages that no options came before are ignored.
      if (!pending) return;
      for (const proposed of message.getProposedMessagesList()) pending.gathered.add(proposed);
      if (!message.getIsFinal()) {
        incoming.set(key, pending);
        return;
      }
      incoming.delete(key);
      unanswered += 1;
      if (unanswered >= MOST_UNANSWERED) call.pause();
      complete(pending).then(settled, (error: unknown) => call.destroy(error instanceof Error ? error : undefined));
    });
    call.on('end', () => {
      ended = true;
      if (unanswered === 0) call.end();
    });
  };
}

function pendingOf(correlationId: UUID | undefined, options: BatchAppendReq.Options): Pending {
  return {
    correlationId,
    identifier: options.getStreamIdentifier(),
    stream: streamNameOf(options.getStreamIdentifier()),
    expected: expectedOf(options),
    deadlineMs: options.getDeadline()?.toDate().getTime() ?? Date.now() + DEFAULT_DEADLINE_MS,
    gathered: gatherEvents(),
    answered: false,
  };
}

function expectedOf(options: BatchAppendReq.Options): ExpectedRevision | undefined {
  const { ExpectedStreamPositionCase: is } = streams.BatchAppendReq.Options;
  switch (options.getExpectedStreamPositionCase()) {
    case is.STREAM_POSITION:
      return exactRevision(options.getStreamPosition());
    case is.NO_STREAM:
      return 'no_stream';
    case is.ANY:
      return 'any';
    case is.STREAM_EXISTS:
      return 'stream_exists';
    default:
      return undefined;
  }
}
