import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import {
  AccessDeniedError,
  type EventStoreDBClient,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnavailableError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import streams, { type StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type AppendAnswer, BadRequestError, readAppendAnswer } from './append-answer.ts';
import { appendMessage, type SentEvent } from './append-message.ts';
import type { ExpectedRevision } from './event-store.ts';
import { NoAnswerError } from './no-answer-error.ts';

/** A call that has decided no append for so long is given up. Below an attempt's time. */
const longestSilenceMs = 2_500;

const { path } = streams.StreamsService.batchAppend;

interface Pending {
  readonly resolve: (revision: number) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

type Wire = ReturnType<typeof streams.StreamsClient.prototype.makeBidiStreamRequest<Buffer, AppendAnswer>>;

/**
 * One BatchAppend call, by which any number of appends go at a time. The connection is the client's: its discovery, TLS,
 * credentials, keep-alive, and its move to another server when the call has told it of a leader or was cut off. The call and
 * its messages are not: the client (6.2.1, `batchAppend`) takes more than three times the CPU for an append, keeps what waits
 * in one table for the whole process, and hangs or ends the process after some answers and some ends of a call.
 *
 * The end of the call, whatever its reason, fails the appends that wait on it and no others. It is of no use then.
 */
export class AppendCall {
  readonly #client: EventStoreDBClient;
  #grpc: StreamsClient | undefined;
  /** Undefined until there is a connection. */
  #wire: Wire | undefined;
  /** What waits until there is a connection, or until that takes more. */
  readonly #unsent = new Map<string, Buffer>();
  #isFull = true;
  readonly #pending = new Map<string, Pending>();
  /** When the first append after the latest that was decided was made. */
  #silentSince: number | undefined;
  #isOver = false;
  /** The ids of this call's appends are a number each, behind what no other call has. */
  readonly #idPrefix = randomUUID().slice(0, 24);
  #appends = 0;

  constructor(client: EventStoreDBClient) {
    this.#client = client;
    this.#open().catch((error: unknown) => this.#end(error));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * @returns the revision of the last event, as the server tells it
   * @throws TypeError at once, what can't be written as JSON: nothing is sent
   * @throws NoAnswerError and the errors of the client; it may have been written, or may yet be
   */
  append(stream: string, events: readonly SentEvent[], expected: ExpectedRevision, timeoutMs: number): Promise<number> {
    const id = this.#idPrefix + this.#appends.toString(16).padStart(12, '0');
    this.#appends += 1;
    const message = appendMessage(id, stream, events, expected);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(id, timeoutMs), timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#silentSince ??= performance.now();
      if (this.#isFull) this.#unsent.set(id, message);
      else this.#write(message);
    });
  }

  /** Ends the call. What waits on it fails. */
  cancel(why: Error): void {
    this.#wire?.cancel();
    this.#end(why);
  }

  async #open(): Promise<void> {
    const wire = await this.#client['GRPCStreamCreator'](streams.StreamsClient, 'appendToStream', (grpc) => {
      this.#grpc = grpc;
      return this.#start(grpc);
    })();
    this.#wire = wire;
    if (this.#isOver) {
      wire.cancel();
      wire.destroy();
      return;
    }
    this.#sendOn();
  }

  #start(grpc: StreamsClient): Wire {
    const call = this.#client['callArguments']({}, { deadline: Number.POSITIVE_INFINITY });
    const wire = grpc.makeBidiStreamRequest<Buffer, AppendAnswer>(path, (bytes) => bytes, readAppendAnswer, ...call);
    wire.on('data', (answer: AppendAnswer) => this.#settle(answer));
    wire.on('drain', () => this.#sendOn());
    wire.on('error', (error) => this.#end(error));
    wire.on('end', () => this.#end(new Error('the server has ended the call')));
    return wire;
  }

  #write(message: Buffer): void {
    if (this.#wire?.write(message) === false) this.#isFull = true;
  }

  #sendOn(): void {
    this.#isFull = false;
    for (const [id, message] of this.#unsent) {
      if (this.#isFull) return;
      this.#unsent.delete(id);
      this.#write(message);
    }
  }

  #settle({ correlationId = '', outcome }: AppendAnswer): void {
    // One that comes too late counts, too: the server is slow, and the call is whole. That it could not decide does not.
    if (isDecided(outcome)) this.#silentSince = undefined;
    const pending = this.#pending.get(correlationId);
    if (pending) {
      this.#pending.delete(correlationId);
      clearTimeout(pending.timer);
      if (typeof outcome === 'number') pending.resolve(outcome);
      else pending.reject(outcome);
    }
    this.#endIfSilent();
  }

  #giveUp(id: string, timeoutMs: number): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#unsent.delete(id);
    pending?.reject(new NoAnswerError(`no answer within ${timeoutMs} ms`));
    this.#endIfSilent();
  }

  #endIfSilent(): void {
    if (this.#silentSince === undefined || performance.now() - this.#silentSince < longestSilenceMs) return;
    const silent = `no append was decided for ${longestSilenceMs} ms`;
    this.cancel(new NoAnswerError(silent));
    if (!this.#grpc) return;
    // The client then looks for the leader anew, where it was told to. What it fails of, the next call fails of, too.
    this.#client['handleError'](this.#grpc, new UnavailableError(undefined, silent)).catch(() => undefined);
  }

  #end(why: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#unsent.clear();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(why);
    }
    this.#pending.clear();
    // The client keeps a call until its stream is closed, which the server's end of it alone does not do.
    this.#wire?.destroy();
  }
}

/** Whether the server has written the append, or refused it for what it is, and not for its own state. */
function isDecided(outcome: number | Error): boolean {
  if (typeof outcome === 'number') return true;
  return [
    WrongExpectedVersionError,
    StreamDeletedError,
    MaxAppendSizeExceededError,
    AccessDeniedError,
    BadRequestError,
  ].some((refusal) => outcome instanceof refusal);
}
