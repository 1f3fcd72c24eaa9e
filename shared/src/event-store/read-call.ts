import {
  convertToCommandError,
  type EventStoreDBClient,
  StreamDeletedError,
  StreamNotFoundError,
} from '@eventstore/db-client';
import streams, { type StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type RecordedEvent, StoreUnavailableError, StreamDamagedError } from './event-store.ts';
import { messageOf } from './message-of.ts';
import { NoAnswerError } from './no-answer-error.ts';
import { readReadAnswer } from './read-answer.ts';

const { path } = streams.StreamsService.read;

/** So much may wait for the consumer, measured as it comes; then the server has to wait. */
const mostWaitingBytes = 256 * 1024;

/**
 * A read of so many events at most is read to its end when its consumer leaves it, for that costs less than to cancel it:
 * servers of HTTP/2 break connections on which many calls are reset (CVE-2023-44487).
 */
export const shortReadEvents = 64;

export interface ReadOptions {
  /** What is read, in words. */
  readonly what: string;
  /** The most events that are asked for. */
  readonly limit: number;
  /**
   * How long it waits for what comes next: the call has no deadline of its own, and a server may hang. A subscription is
   * confirmed in this time, and waits for events as long as none come.
   */
  readonly timeoutMs: number;
}

type Wire = ReturnType<typeof streams.StreamsClient.prototype.makeServerStreamRequest<Buffer, Buffer>>;

/**
 * One Read call: a read, or a subscription. The connection is the client's, as it is of an AppendCall. The call and its messages are not: the client
 * (6.2.1, `readStream`) takes several times the CPU for an event, and ends some broken calls as if they were complete.
 *
 * Who has made it has to `leave` it.
 */
export class ReadCall {
  readonly #client: EventStoreDBClient;
  readonly #options: ReadOptions;
  /** Undefined until there is a connection. */
  #wire: Wire | undefined;
  #isCancelled = false;
  /** What waits for the consumer. */
  #events: RecordedEvent[] = [];
  #waitingBytes = 0;
  /** How many more events there may be. */
  #left: number;
  #isMissing = false;
  /** It is a subscription, and has begun. */
  #isConfirmed = false;
  #failure: { readonly error: unknown } | undefined;
  /** What comes now, if anything, is not of interest. */
  #isOver = false;
  #wake: (() => void) | undefined;
  #waking: NodeJS.Immediate | undefined;

  /** @param message a ReadReq */
  constructor(client: EventStoreDBClient, message: Buffer, options: ReadOptions) {
    this.#client = client;
    this.#options = options;
    this.#left = options.limit;
    this.#open(message).catch((error: unknown) => this.#end(error));
  }

  /** The server has said that there is no such stream. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /**
   * The events that have come, at least one; it waits until there is one. Undefined at the end.
   * @throws StoreUnavailableError, StreamDamagedError, after the events that came before
   */
  async next(): Promise<readonly RecordedEvent[] | undefined> {
    while (this.#events.length === 0 && !this.#isOver) await this.#arrival();
    if (this.#events.length > 0) return this.#take();
    if (this.#failure) this.#fail(this.#failure.error);
    return undefined;
  }

  /** No more is wanted. A long read is cancelled. */
  leave(): void {
    if (this.#isOver) return;
    this.#end();
    if (this.#options.limit > shortReadEvents) this.#cancel();
    else this.#wire?.resume();
  }

  /** Whoever waits for events is told why none come. */
  cancel(why: Error): void {
    this.#end(why);
    this.#cancel();
  }

  async #open(message: Buffer): Promise<void> {
    const start = (grpc: StreamsClient) => this.#start(grpc, message);
    await this.#client['GRPCStreamCreator'](streams.StreamsClient, 'read', start)();
    if (this.#isCancelled) this.#cancel();
  }

  #start(grpc: StreamsClient, message: Buffer): Wire {
    const call = this.#client['callArguments']({ requiresLeader: true }, { deadline: Number.POSITIVE_INFINITY });
    const wire = grpc.makeServerStreamRequest<Buffer, Buffer>(path, asItIs, asItIs, message, ...call);
    wire.on('data', (bytes: Buffer) => this.#receive(bytes));
    // What came before the error may not have been given out yet, and the stream closes only then.
    wire.on('error', (error) => {
      if (!this.#isOver) this.#failure ??= { error };
    });
    wire.on('close', () => this.#end());
    this.#wire = wire;
    return wire;
  }

  #receive(bytes: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#admit(readReadAnswer(bytes), bytes.length);
    } catch (error) {
      this.#end(error);
      this.#cancel();
    }
  }

  #admit(answer: ReturnType<typeof readReadAnswer>, bytes: number): void {
    if (answer === undefined) return;
    if (answer === 'confirmed') {
      this.#isConfirmed = true;
      return;
    }
    if (answer === 'missing') {
      this.#isMissing = true;
      this.#end();
      return;
    }
    this.#events.push(answer);
    this.#left -= 1;
    this.#waitingBytes += bytes;
    if (this.#left === 0) {
      this.#end();
    } else if (this.#waitingBytes >= mostWaitingBytes) {
      this.#wire?.pause();
      this.#wake?.();
    } else if (this.#wake) {
      // What has come together with this one is given out together with it.
      this.#waking ??= setImmediate(() => {
        this.#waking = undefined;
        this.#wake?.();
      });
    }
  }

  #take(): readonly RecordedEvent[] {
    const events = this.#events;
    this.#events = [];
    if (this.#waitingBytes >= mostWaitingBytes) this.#wire?.resume();
    this.#waitingBytes = 0;
    return events;
  }

  #arrival(): Promise<void> {
    const { timeoutMs } = this.#options;
    return new Promise((resolve) => {
      const timer = this.#isConfirmed ? undefined : setTimeout(() => this.#timeUp(), timeoutMs);
      this.#wake = () => {
        this.#wake = undefined;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #timeUp(): void {
    if (this.#events.length > 0) this.#wake?.();
    else if (!this.#isConfirmed) this.cancel(new NoAnswerError(`no answer within ${this.#options.timeoutMs} ms`));
  }

  #end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (error !== undefined) this.#failure ??= { error };
    this.#wake?.();
  }

  /** What has come is read out, too: the client keeps a call until its stream has ended. */
  #cancel(): void {
    this.#isCancelled = true;
    this.#wire?.cancel();
    this.#wire?.resume();
  }

  /** Throws, but for an error that says that there is no such stream. */
  #fail(failure: unknown): void {
    const error = failure instanceof Error ? convertToCommandError(failure) : failure;
    const { what } = this.#options;
    if (error instanceof StreamDeletedError) throw new StreamDamagedError(`${what}: deleted`, { cause: error });
    if (!(error instanceof StreamNotFoundError)) {
      throw new StoreUnavailableError(`${what}: ${messageOf(error)}`, { cause: error });
    }
    this.#isMissing = true;
  }
}

const asItIs = (bytes: Buffer): Buffer => bytes;
