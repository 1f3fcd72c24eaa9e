import type { Logger } from '@ledger/shared/log';
import type { Timers } from '../timers.ts';
import type { PageLimits } from './page.ts';

/** What became of pages: `repaired` are those that were written because a load missed them. */
export type PageResult = 'written' | 'repaired' | 'invalid' | 'failed';

export interface PageContext {
  readonly limits: PageLimits;
  readonly timers: Timers;
  readonly log: Pick<Logger, 'warn'>;
  /** Told of how many pages it was so. */
  readonly onPages: (result: PageResult, count: number) => void;
}
