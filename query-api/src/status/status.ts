import { accountStreamPrefix } from '@ledger/shared/events/streams';
import type { Instant } from '@ledger/shared/time';
import { type Projection, readProjection } from '../consistency/projected.ts';
import type { ReadSide } from '../read-side.ts';

export interface Lag {
  /** Account events in the store that are not projected. */
  readonly events: number;
  /** Age of the oldest of them; 0 where there is none. */
  readonly seconds: number;
  /** False where only the newest events of the store were looked at: then both are at least so much. */
  readonly exact: boolean;
}

/** How far back the store is looked through; the lag beyond is not worth more reading. */
const mostEvents = 10_000;

/** How far the projector is, and how far behind the store. @throws StoreUnavailableError; what pg throws. */
export async function readStatus(side: ReadSide, now: () => Instant): Promise<Projection & { readonly lag: Lag }> {
  const projection = await readProjection(side.pool);
  return { ...projection, lag: await lagBehind(side, projection.position ?? -1n, now) };
}

async function lagBehind({ store }: ReadSide, projected: bigint, now: () => Instant): Promise<Lag> {
  let events = 0;
  let seen = 0;
  let oldest: Instant | undefined;
  const lag = (exact: boolean): Lag => {
    const seconds = oldest === undefined ? 0 : Math.max(0, (now() - oldest) / 1_000);
    return { events, seconds, exact };
  };
  for await (const { stream, position, created } of store.readAllBackwards()) {
    if (position <= projected) return lag(true);
    if (seen++ === mostEvents) return lag(false);
    if (!stream.startsWith(accountStreamPrefix)) continue;
    events++;
    oldest = created.getTime();
  }
  return lag(true);
}
