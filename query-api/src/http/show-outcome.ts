import { formatMinor } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import type { Outcome } from '../transaction/outcome.ts';

/** An outcome as the answers have it; only a refusal has the last three members. */
export function showOutcome(outcome: Outcome, decimals: number) {
  const { transactionId, type, description, metadata, revision, refusal } = outcome;
  const firstNegativeAt = refusal?.firstNegativeAt ?? null;
  return {
    transactionId,
    type,
    outcome: refusal ? ('refused' as const) : ('accepted' as const),
    amount: formatMinor(outcome.amount, decimals),
    effectiveAt: formatInstant(outcome.effectiveAt),
    recordedAt: formatInstant(outcome.recordedAt),
    description,
    metadata,
    balance: formatMinor(outcome.balance, decimals),
    revision,
    ...(refusal && {
      reason: refusal.reason,
      shortfall: formatMinor(refusal.shortfall, decimals),
      firstNegativeAt: firstNegativeAt === null ? null : formatInstant(firstNegativeAt),
    }),
  };
}
