import { formatMinor } from '@ledger/shared/money';
import type { ShownTransaction } from '@ledger/shared/older-apis/transaction';
import { Problem } from '@ledger/shared/problems';
import { formatInstant } from '@ledger/shared/time';
import type { ReadSide } from '../../read-side.ts';
import { findByUid } from '../../transaction/find-by-uid.ts';
import type { Transaction } from '../../transaction/transaction.ts';

/**
 * The transaction of a uid. In the older APIs one that was refused never came to be.
 * @throws Problem transaction-not-found, and the others of {@link findByUid}
 */
export async function acceptedTransaction(side: ReadSide, uid: string): Promise<ShownTransaction> {
  const transaction = await findByUid(side, uid);
  const { transactionId, accountId, type, decimals, refusal } = transaction;
  if (refusal) throw new Problem('transaction-not-found', refusedDetail(transaction, refusal));
  const amount = formatMinor(transaction.amount, decimals);
  return { transactionId, accountId, type, amount, effectiveAt: formatInstant(transaction.effectiveAt) };
}

function refusedDetail(
  { transactionId, decimals }: Transaction,
  { reason, shortfall, firstNegativeAt }: NonNullable<Transaction['refusal']>,
): string {
  const when = firstNegativeAt === null ? '' : ` as of ${formatInstant(firstNegativeAt)}`;
  return `${transactionId} was refused (${reason}): the balance${when} was ${formatMinor(shortfall, decimals)} too small`;
}
