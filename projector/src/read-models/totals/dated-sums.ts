import type { DatedLine } from '@ledger/shared/dated-tree/dated-tree';
import { deltaOf } from '@ledger/shared/events/account-events';
import type { Instant } from '@ledger/shared/time';
import type { TakenIn } from '../../pipeline/taken-in.ts';
import { type Unit, unitKey } from './totals-table.ts';

/** What some events come to in one currency: a line for each date, in order. It is of no account, so of no revision. */
export interface DatedSums {
  readonly unit: Unit;
  readonly lines: readonly DatedLine[];
}

/** Sums the deposits and withdrawals among the events by currency and date. */
export function datedSums(events: readonly TakenIn[]): readonly DatedSums[] {
  const byUnit = new Map<string, { readonly unit: Unit; readonly sums: Map<Instant, bigint> }>();
  for (const { event, context } of events.map(({ account }) => account)) {
    if (event?.type !== 'Deposited' && event?.type !== 'Withdrawn') continue;
    const { currency, decimals } = context.account;
    const key = unitKey({ currency, decimals });
    const found = byUnit.get(key) ?? { unit: { currency, decimals }, sums: new Map<Instant, bigint>() };
    found.sums.set(event.effectiveAt, (found.sums.get(event.effectiveAt) ?? 0n) + deltaOf(event));
    byUnit.set(key, found);
  }
  return [...byUnit.values()].map(({ unit, sums }) => ({ unit, lines: linesOf(sums) }));
}

function linesOf(sums: ReadonlyMap<Instant, bigint>): readonly DatedLine[] {
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([effectiveAt, delta]) => ({ effectiveAt, revision: 0, recordedAt: effectiveAt, delta }));
}
