import streams, { type ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { Checkpoints } from '../checkpoints.ts';
import { compileFilter, type Matches } from '../filter.ts';
import { handlerThrew } from './errors.ts';
import { sequenceAt } from './position.ts';
import { MalformedMessageError } from './wire/reader.ts';

interface Common {
  readonly backwards: boolean;
  /** The most events to read; Infinity for no bound. */
  readonly count: number | 'subscription';
  readonly uuid: 'text' | 'halves';
  /** Whether links are shown with the events that they point to. */
  readonly resolveLinks: boolean;
}

export interface StreamRequest extends Common {
  readonly kind: 'stream';
  readonly stream: string;
  /** A revision; 0 also for the start. */
  readonly from: number | 'end';
  readonly fromStart: boolean;
}

export interface AllRequest extends Common {
  readonly kind: 'all';
  /** A sequence number, or a fraction where no entry is; 0 for the start. */
  readonly from: number | 'end';
  readonly matches: Matches;
  /** Of a filtered subscription. */
  readonly checkpoints?: Checkpoints;
}

export type ReadRequest = StreamRequest | AllRequest;

/** The search window of a filter that names none. */
const DEFAULT_WINDOW = 32;

/** The largest unsigned 64-bit number means the end. */
const END_REVISION = '18446744073709551615';

/** @throws GrpcError as the real server answers what it cannot make sense of */
export function parseReadRequest(request: Uint8Array): ReadRequest {
  const options = messageOf(request).getOptions();
  if (!options) throw handlerThrew();
  const common: Common = {
    backwards: options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS,
    count: options.hasSubscription() ? 'subscription' : Number(options.getCount()),
    uuid: options.getUuidOption()?.hasStructured() ? 'halves' : 'text',
    resolveLinks: options.getResolveLinks(),
  };
  const stream = options.getStream();
  if (stream) return streamRequest(common, stream);
  const all = options.getAll();
  if (!all) throw handlerThrew();
  return allRequest(common, all, options.getFilter());
}

function messageOf(request: Uint8Array): ReadReq {
  try {
    return streams.ReadReq.deserializeBinary(request);
  } catch (error) {
    throw new MalformedMessageError(String(error));
  }
}

function streamRequest(common: Common, options: ReadReq.Options.StreamOptions): StreamRequest {
  const stream = Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
  if (stream === '') throw handlerThrew();
  const atEnd = options.hasEnd() || (options.hasRevision() && options.getRevision() === END_REVISION);
  const revision = options.hasRevision() ? Number(options.getRevision()) : 0;
  return {
    ...common,
    kind: 'stream',
    stream,
    from: atEnd ? 'end' : revision,
    fromStart: !options.hasRevision() && !atEnd,
  };
}

function allRequest(
  common: Common,
  options: ReadReq.Options.AllOptions,
  filter: ReadReq.Options.FilterOptions | undefined,
): AllRequest {
  const request = { ...common, kind: 'all', from: startOf(options) } as const;
  if (!filter) return { ...request, matches: () => true };
  const matches = filterOf(filter);
  if (common.count !== 'subscription') return { ...request, matches };
  const interval = filter.getCheckpointintervalmultiplier();
  if (interval === 0) throw handlerThrew();
  const window = filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW;
  return { ...request, matches, checkpoints: { window, every: interval * window } };
}

function startOf(options: ReadReq.Options.AllOptions): number | 'end' {
  if (options.hasEnd()) return 'end';
  const position = options.getPosition();
  if (!position) return 0;
  const commit = position.getCommitPosition();
  if (BigInt(position.getPreparePosition()) > BigInt(commit)) throw handlerThrew();
  return sequenceAt(commit);
}

function filterOf(filter: ReadReq.Options.FilterOptions): Matches {
  const onStream = filter.getStreamIdentifier();
  const expression = onStream ?? filter.getEventType();
  if (!expression) throw handlerThrew();
  const regex = expression.getRegex();
  try {
    return compileFilter({
      on: onStream ? 'stream' : 'type',
      by: regex ? { regex } : { prefixes: expression.getPrefixList() },
    });
  } catch {
    throw handlerThrew();
  }
}
