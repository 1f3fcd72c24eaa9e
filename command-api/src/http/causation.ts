import type { Causation } from '@ledger/shared/events/account-events';
import type { RequestContext } from '@ledger/shared/http/request-context';

/** What a request leaves in the metadata of its events. */
export function causationOf({ requestId, correlationId, traceparent }: RequestContext): Causation {
  return { correlationId, causationId: requestId, actor: null, traceparent };
}
