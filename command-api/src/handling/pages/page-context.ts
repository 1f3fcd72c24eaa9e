import type { Logger } from '@ledger/shared/log';
import type { Slots } from '@ledger/shared/slots';
import type { Timers } from '../timers.ts';
import type { PageLimits } from './page.ts';

/**
 * What became of pages: `used` are those that were read instead of the stream, `repaired` those that were written because a load
 * missed them, `failed` those that could not be written.
 */
export type PageResult = 'used' | 'invalid' | 'written' | 'repaired' | 'failed';

/** Loads of long accounts, of which one of 1,000,000 events takes some 60 MB while it is under way. */
export const defaultLongLoads = 4;

export interface PageContext {
  readonly limits: PageLimits;
  readonly timers: Timers;
  /** What loads of long accounts wait for: each takes memory in proportion to its length. */
  readonly longLoads: Slots;
  readonly log: Pick<Logger, 'warn'>;
  /** Told of how many pages it was so. */
  readonly onPages: (result: PageResult, count: number) => void;
}
