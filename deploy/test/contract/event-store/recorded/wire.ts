import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams, { type ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { ChannelCredentials, type Client, type ServiceError, type StatusObject } from '@grpc/grpc-js';

/**
 * The calls as they go over the wire, without the official client: for answers that it hides, and for requests that it
 * does not make. Answers are shown as the record shows them.
 */

/** How a call ended: gRPC's code, the words beside it, and the trailers. */
export interface WireStatus {
  readonly code: number;
  readonly details: string;
  readonly trailers: Readonly<Record<string, unknown>>;
}

/** The deadline of a call that names none, in ms. */
const PATIENCE_MS = 10_000;

/** @param url as the official client takes it, of one host; of its parameters only `tls=false` is heeded */
export async function connected<C extends Client, T>(
  Service: new (address: string, credentials: ChannelCredentials) => C,
  url: string,
  use: (client: C) => Promise<T>,
): Promise<T> {
  const { host, searchParams } = new URL(url);
  const insecure = searchParams.get('tls') === 'false';
  const client = new Service(host, insecure ? ChannelCredentials.createInsecure() : ChannelCredentials.createSsl());
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

export const within = (ms = PATIENCE_MS) => ({ deadline: Date.now() + ms });

export const statusOf = ({ code, details, metadata }: StatusObject | ServiceError): WireStatus => ({
  code,
  details,
  trailers: metadata.getMap(),
});

export function identifierOf(stream: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(Buffer.from(stream));
}

export const nameIn = (identifier: shared.StreamIdentifier | undefined) =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();

export interface WireRead {
  /** Of `$all` where it is absent. */
  readonly stream?: string;
  /** Default: the start. */
  readonly from?: 'start' | 'end' | bigint | { readonly commit: bigint; readonly prepare: bigint };
  readonly backwards?: boolean;
  /** Default: all there are. */
  readonly count?: number | 'subscription';
  readonly filter?: WireFilter;
  /** Default 10 seconds. */
  readonly deadlineMs?: number;
  /** Cancels the call when it holds for the messages so far: what ends a subscription. */
  readonly until?: (messages: readonly string[]) => boolean;
  /** How a message is told; default: by its kind and place, as the record does. */
  readonly tell?: (message: ReadResp) => string;
}

/** One of `prefixes` and `regex`. */
export interface WireFilter {
  readonly on: 'stream' | 'type';
  readonly prefixes?: readonly string[];
  readonly regex?: string;
  /** How many events the server considers before it answers or takes stock; default: its own. */
  readonly window?: number;
  /** In windows; default 1. */
  readonly checkpointInterval?: number;
}

function filterOf({ on, prefixes = [], regex, window, checkpointInterval = 1 }: WireFilter) {
  const expression = new streams.ReadReq.Options.FilterOptions.Expression();
  if (regex === undefined) expression.setPrefixList([...prefixes]);
  else expression.setRegex(regex);
  const filter = new streams.ReadReq.Options.FilterOptions().setCheckpointintervalmultiplier(checkpointInterval);
  if (window === undefined) filter.setCount(new shared.Empty());
  else filter.setMax(window);
  return on === 'stream' ? filter.setStreamIdentifier(expression) : filter.setEventType(expression);
}

function readRequest({ stream, from = 'start', backwards = false, count, filter }: WireRead) {
  const { Options } = streams.ReadReq;
  const { BACKWARDS, FORWARDS } = Options.ReadDirection;
  const options = new Options()
    .setReadDirection(backwards ? BACKWARDS : FORWARDS)
    .setResolveLinks(false)
    .setUuidOption(new Options.UUIDOption().setString(new shared.Empty()));
  if (count === 'subscription') options.setSubscription(new Options.SubscriptionOptions());
  else options.setCount(String(count ?? Number.MAX_SAFE_INTEGER));
  if (filter) options.setFilter(filterOf(filter));
  else options.setNoFilter(new shared.Empty());

  const where = stream === undefined ? new Options.AllOptions() : new Options.StreamOptions();
  if (from === 'start') where.setStart(new shared.Empty());
  else if (from === 'end') where.setEnd(new shared.Empty());
  else if (typeof from === 'bigint' && where instanceof Options.StreamOptions) where.setRevision(String(from));
  else if (typeof from === 'object' && where instanceof Options.AllOptions) {
    const { commit, prepare } = from;
    const position = new Options.Position().setCommitPosition(String(commit)).setPreparePosition(String(prepare));
    where.setPosition(position);
  } else throw new TypeError('streams are read from a revision, $all from a position');
  if (where instanceof Options.AllOptions) options.setAll(where);
  else options.setStream(where.setStreamIdentifier(identifierOf(stream ?? '')));
  return new streams.ReadReq().setOptions(options);
}

/** `EVENT orders-1@0 C:733/P:733 commit_position=733`, `CHECKPOINT C:733/P:733`, `CAUGHT_UP`, … */
function messageInWords(message: ReadResp): string {
  const { ContentCase } = streams.ReadResp;
  const contentCase = message.getContentCase();
  const name = Object.entries(ContentCase).find(([, number]) => number === contentCase)?.[0] ?? '?';
  if (contentCase === ContentCase.EVENT) {
    const read = message.getEvent();
    const recorded = read?.getEvent();
    const at = `C:${recorded?.getCommitPosition()}/P:${recorded?.getPreparePosition()}`;
    const revision = recorded?.getStreamRevision();
    return `EVENT ${nameIn(recorded?.getStreamIdentifier())}@${revision} ${at} commit_position=${read?.getCommitPosition()}`;
  }
  if (contentCase === ContentCase.CHECKPOINT) {
    const checkpoint = message.getCheckpoint();
    return `CHECKPOINT C:${checkpoint?.getCommitPosition()}/P:${checkpoint?.getPreparePosition()}`;
  }
  if (contentCase === ContentCase.STREAM_NOT_FOUND) {
    return `STREAM_NOT_FOUND ${nameIn(message.getStreamNotFound()?.getStreamIdentifier())}`;
  }
  return name;
}

/** The Read call: the sequence of its messages, and how it ended. */
export function readOnTheWire(url: string, asked: WireRead): Promise<{ messages: string[]; status: WireStatus }> {
  return connected(
    streamsGrpc.StreamsClient,
    url,
    (client) =>
      new Promise((resolve) => {
        const messages: string[] = [];
        const { tell = messageInWords } = asked;
        const call = client.read(readRequest(asked), within(asked.deadlineMs));
        call.on('data', (message: ReadResp) => {
          messages.push(tell(message));
          if (asked.until?.(messages)) call.cancel();
        });
        // A failure is told by the status too.
        call.on('error', () => undefined);
        call.on('status', (status) => resolve({ messages, status: statusOf(status) }));
      }),
  );
}

/** ServerFeatures: each method as `service/method [features]`. */
export function featuresOnTheWire(url: string): Promise<{ version: string; methods: string[] }> {
  return connected(features.ServerFeaturesClient, url, async (client) => {
    const supported = await unary<SupportedMethods>((answer) => client.getSupportedMethods(new shared.Empty(), answer));
    const methods = supported.getMethodsList().map((method) => {
      const told = method.getFeaturesList();
      return `${method.getServiceName()}/${method.getMethodName()}${told.length > 0 ? ` [${told.join(',')}]` : ''}`;
    });
    return { version: supported.getEventStoreServerVersion(), methods };
  });
}

/** Gossip's Read. */
export function gossipOnTheWire(url: string): Promise<ClusterInfo.AsObject> {
  return connected(gossip.GossipClient, url, async (client) =>
    (await unary<ClusterInfo>((answer) => client.read(new shared.Empty(), answer))).toObject(),
  );
}

function unary<R>(call: (answer: (error: ServiceError | null, response: R) => void) => void): Promise<R> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}
