import { createSlots } from '@ledger/shared/slots';
import { machineTimers, type Timers } from '../timers.ts';
import { defaultPageLimits, type PageLimits } from './page.ts';
import { defaultLongLoads, type PageContext, type PageResult } from './page-context.ts';

/** Pages so small that a handful of events fills some. */
export const smallPages: PageLimits = { eventsPerPage: 4, longAccountEvents: 8 };

export interface WatchedPageContext extends PageContext {
  /** What was warned of. */
  readonly warnings: readonly object[];
  readonly counts: Readonly<Record<PageResult, number>>;
}

/** A context that remembers what it is told. */
export function pageContext(
  limits: PageLimits = defaultPageLimits,
  timers: Timers = machineTimers,
): WatchedPageContext {
  const warnings: object[] = [];
  const counts = { used: 0, written: 0, repaired: 0, invalid: 0, failed: 0 };
  return {
    limits,
    timers,
    longLoads: createSlots(defaultLongLoads),
    log: { warn: (...what: readonly unknown[]) => void warnings.push(Object(what[0])) },
    onPages(result, count) {
      counts[result] += count;
    },
    warnings,
    counts,
  };
}
