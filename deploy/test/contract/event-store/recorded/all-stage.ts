import { type AppendResult, jsonEvent, type Position, type ResolvedEvent } from '@eventstore/db-client';
import { collected } from '../target.ts';
import type { Asked } from './recorded.ts';

/** The log that the record's reads of `$all` were asked on, and the words in which it shows what they found. */

export interface Log {
  /** The unique names of the streams `orders-1`, `orders-2`, `carts-1` and `orders-3`. */
  readonly names: Readonly<Record<OrderStream, string>>;
  /** What the five appends were answered. */
  readonly appends: readonly AppendResult[];
  /** Where the client's seven events stand; the metadata is between the last two. */
  readonly positions: readonly Position[];
}

type OrderStream = 'orders-1' | 'orders-2' | 'carts-1' | 'orders-3';

const letter = (type: string, n: string) => jsonEvent({ type, data: { n } });

/** Writes seven events `a` to `g` to four streams, and metadata among them. */
export async function writeOrders({ client, stream }: Asked): Promise<Log> {
  const names = {
    'orders-1': stream('orders-1'),
    'orders-2': stream('orders-2'),
    'carts-1': stream('carts-1'),
    'orders-3': stream('orders-3'),
  };
  const placed = [letter('OrderPlaced', 'a'), letter('OrderPaid', 'b'), letter('OrderPaid', 'c')];
  const appends = [
    await client.appendToStream(names['orders-1'], placed, { expectedRevision: 'no_stream' }),
    await client.appendToStream(names['orders-2'], letter('OrderPlaced', 'd')),
    await client.appendToStream(names['carts-1'], [letter('CartOpened', 'e'), letter('CartClosed', 'f')]),
    await client.setStreamMetadata(names['orders-1'], { maxCount: 100 }),
    await client.appendToStream(names['orders-3'], letter('OrderPlaced', 'g')),
  ];
  const positions: Position[] = [];
  for (const name of Object.values(names)) {
    for (const { event } of await collected(client.readStream(name)))
      if (event?.position) positions.push(event.position);
  }
  return { names, appends, positions };
}

/**
 * Two streams of two events each, of which one is deleted and the other tombstoned.
 * @returns the unique name of the tombstoned one
 */
export async function writeGone({ client, stream }: Asked): Promise<string> {
  const [deleted, tombstoned] = [stream('gone-soft'), stream('gone-hard')];
  for (const n of ['s1', 's2']) await client.appendToStream(deleted, letter('T', n));
  await client.deleteStream(deleted);
  for (const n of ['h1', 'h2']) await client.appendToStream(tombstoned, letter('T', n));
  await client.tombstoneStream(tombstoned);
  return tombstoned;
}

/** Bytes as the record shows them. */
export const shownBytes = (value: unknown): unknown =>
  value instanceof Uint8Array
    ? { bytes: value.length, utf8: Buffer.from(value).toString(), ctor: value.constructor.name }
    : value;

const positionOf = (event: ResolvedEvent['event']): string =>
  `C:${event?.position?.commit}/P:${event?.position?.prepare}`;

/** `orders-1@0 C:733/P:733` */
export const inLine = ({ event }: ResolvedEvent): string =>
  `${event?.streamId}@${event?.revision} ${positionOf(event)}`;

/** An event as the record's tables have it; without the event where a link leads to none. */
export const inFields = ({ event, link, commitPosition }: ResolvedEvent) => ({
  stream: event?.streamId,
  rev: event?.revision,
  type: event?.type,
  data: shownBytes(event?.data),
  metadata: event?.metadata,
  isJson: event?.isJson,
  pos: event && positionOf(event),
  ...(link && { link: { streamId: link.streamId, rev: link.revision } }),
  commitPosition,
});

/** Lines that are expected, of events in the order of their positions, which are all that the answer has. */
export const rising = (events: readonly string[]): string[] =>
  events.map((name, i) => `${name} C:<${i + 1}>/P:<${i + 1}>`);

/** The same for a read backwards. */
export const falling = (events: readonly string[]): string[] => rising([...events].reverse()).reverse();

/** The log of a store that had nothing else, as lines. */
export const WHOLE_LOG = [
  '$$$scavenges@0',
  'orders-1@0',
  'orders-1@1',
  'orders-1@2',
  'orders-2@0',
  'carts-1@0',
  'carts-1@1',
  '$$orders-1@0',
  'orders-3@0',
] as const;

/** The same, as fields. */
export const WHOLE_LOG_IN_FIELDS = [
  {
    stream: '$$$scavenges',
    rev: 0n,
    type: '$metadata',
    data: { $maxAge: 2592000, $acl: { $r: '$ops', $w: [], $d: [], $mr: [], $mw: [] } },
  },
  { stream: 'orders-1', rev: 0n, type: 'OrderPlaced', data: { n: 'a' } },
  { stream: 'orders-1', rev: 1n, type: 'OrderPaid', data: { n: 'b' } },
  { stream: 'orders-1', rev: 2n, type: 'OrderPaid', data: { n: 'c' } },
  { stream: 'orders-2', rev: 0n, type: 'OrderPlaced', data: { n: 'd' } },
  { stream: 'carts-1', rev: 0n, type: 'CartOpened', data: { n: 'e' } },
  { stream: 'carts-1', rev: 1n, type: 'CartClosed', data: { n: 'f' } },
  { stream: '$$orders-1', rev: 0n, type: '$metadata', data: { $maxCount: 100 } },
  { stream: 'orders-3', rev: 0n, type: 'OrderPlaced', data: { n: 'g' } },
] as const;

/** Of fields, each with the rank of its position. */
export const atRanks = (events: readonly object[]): object[] =>
  events.map((fields, i) => ({ pos: `C:<${i + 1}>/P:<${i + 1}>`, commitPosition: `<${i + 1}>`, ...fields }));
