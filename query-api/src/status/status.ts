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

/** So many are counted; the lag beyond is not worth more reading. */
const mostEvents = 10_000;

export interface Status extends Projection {
  readonly lag: Lag;
}

/**
 * Tells how far the projector is, and how far behind the store. Where nobody deposits, the store still fills with events
 * of no account, such as clock probes: what was looked through and found to have nothing to project is not read again.
 * @returns a function that throws StoreUnavailableError, and what pg throws
 */
export function createStatus({ pool, store }: ReadSide, now: () => Instant): () => Promise<Status> {
  /** When `projected` was the checkpoint, no account event stood between it and `upTo`. */
  let quiet = { projected: -1n, upTo: -1n };

  async function lagBehind(projected: bigint): Promise<Lag> {
    const known = projected >= quiet.projected && quiet.upTo > projected ? quiet.upTo : projected;
    let events = 0;
    let oldest: Instant | undefined;
    let newest = known;
    let exact = true;
    for await (const { stream, position, created } of store.readAllBackwards()) {
      if (position > newest) newest = position;
      if (position <= known) break;
      if (!stream.startsWith(accountStreamPrefix)) continue;
      if (events === mostEvents) {
        exact = false;
        break;
      }
      events++;
      oldest = created.getTime();
    }
    if (events === 0) quiet = { projected, upTo: newest };
    const seconds = oldest === undefined ? 0 : Math.max(0, (now() - oldest) / 1_000);
    return { events, seconds, exact };
  }

  return async function readStatus() {
    const projection = await readProjection(pool);
    return { ...projection, lag: await lagBehind(projection.position ?? -1n) };
  };
}
