import { z } from 'zod';
import { type EventStore, type JsonEvent, type RecordedEvent, StreamDamagedError } from '../event-store/event-store.ts';
import type { Causation } from './account-events.ts';
import { uidStream } from './streams.ts';

/**
 * In the older APIs a transaction's uid is unique in the whole service. So before it is recorded in its account, it is
 * reserved: by the one event of a stream of its own, with the transaction's content as it was sent. The reservation holds
 * for ever, whatever became of the transaction.
 */
const reservationData = z.object({
  uid: z.string(),
  accountId: z.string(),
  type: z.enum(['deposit', 'withdrawal']),
  /** A decimal without needless zeros. */
  amount: z.string(),
  /** Of its date, as it was sent, in ISO 8601; null where it was left out. */
  effectiveAt: z.string().nullable(),
});

export type UidReservation = z.output<typeof reservationData>;

const type = 'UidReserved';

export function toReservationEvent(id: string, reservation: UidReservation, causation: Causation): JsonEvent {
  const { correlationId, causationId, actor, traceparent } = causation;
  const metadata = { $correlationId: correlationId, $causationId: causationId, actor, traceparent };
  return { id, type, data: { ...reservation }, metadata };
}

/**
 * The reservation of a uid; undefined where there is none.
 * @throws StoreUnavailableError; StreamDamagedError where something else stands in its stream
 */
export async function readReservation(
  store: Pick<EventStore, 'readForwards'>,
  uid: string,
): Promise<UidReservation | undefined> {
  for await (const recorded of store.readForwards(uidStream(uid), 0, 1)) return reservationOf(recorded, uid);
  return undefined;
}

function reservationOf(recorded: RecordedEvent, uid: string): UidReservation {
  const { data } = reservationData.safeParse(recorded.data);
  if (recorded.type !== type || recorded.revision !== 0 || data?.uid !== uid) {
    throw new StreamDamagedError(`the stream ${recorded.stream} does not begin with the reservation of its uid`);
  }
  return data;
}
