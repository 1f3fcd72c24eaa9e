import type { Pool } from '@ledger/shared/database/pool';
import type { EventStore } from '@ledger/shared/event-store/event-store';

/** What every query reads from. */
export interface ReadSide {
  readonly pool: Pool;
  readonly store: EventStore;
  /** How long a read waits for a revision, or for the projector. */
  readonly waitMs: number;
  /** How many events that are not projected yet a strong read takes from an account's stream. */
  readonly tailEvents: number;
}

export const readLimits = { waitMs: 2_000, tailEvents: 10_000 } as const;
