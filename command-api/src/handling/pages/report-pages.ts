import type { FoundPages } from './found-pages.ts';
import type { PageContext } from './page-context.ts';

/** More would only repeat it: where one page is damaged, many are. */
const mostTold = 5;

/** Counts the pages of an account that were used, and says in one warning what is wrong with others. */
export function reportPages(found: FoundPages, accountId: string, { limits, log, onPages }: PageContext): void {
  if (found.used > 0) onPages('used', found.used);
  const faults = found.faults();
  if (faults.length === 0) return;
  const told = faults.slice(0, mostTold).map(({ firstRevision, what }) => {
    if (firstRevision === undefined) return what;
    return `revisions ${firstRevision} to ${firstRevision + limits.eventsPerPage - 1}: ${what}`;
  });
  log.warn({ accountId, invalid: faults.length, faults: told }, 'index pages are not valid, and are passed over');
  onPages('invalid', faults.length);
}
