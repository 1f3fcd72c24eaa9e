import type { FoundPages } from './found-pages.ts';
import type { PageContext } from './page-context.ts';

/** More would only repeat it: where one page is damaged, many are. */
const mostTold = 5;

/** One warning for all that is wrong with the pages of an account. */
export function reportFaults(found: FoundPages, accountId: string, { limits, log, onPages }: PageContext): void {
  const faults = found.faults();
  if (faults.length === 0) return;
  const told = faults.slice(0, mostTold).map(({ firstRevision, what }) => {
    if (firstRevision === undefined) return what;
    return `revisions ${firstRevision} to ${firstRevision + limits.eventsPerPage - 1}: ${what}`;
  });
  log.warn({ accountId, invalid: faults.length, faults: told }, 'index pages are not valid, and are passed over');
  onPages('invalid', faults.length);
}
