import type { TransactionEvent } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import type { Rejection } from '../account/decide.ts';

/** A deposit, withdrawal or refusal as it stands in the stream. */
export interface RecordedTransaction {
  readonly event: TransactionEvent;
  readonly decimals: number;
  readonly revision: number;
  readonly recordedAt: Instant;
}

/** Why a command has no outcome; sending the same again is safe with each of them. */
export type Unsettled = 'overloaded' | 'service-unavailable' | 'outcome-unknown' | 'not-attempted';

/** What a client is told. */
export type Outcome =
  | { readonly kind: 'recorded'; readonly transaction: RecordedTransaction; readonly replayed: boolean }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'unsettled'; readonly reason: Unsettled };

/** What would have been recorded at the stream's end, as it was then; nothing was. */
export interface Previewed {
  readonly kind: 'previewed';
  readonly event: TransactionEvent;
}
