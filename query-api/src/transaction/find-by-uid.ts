import { readReservation } from '@ledger/shared/events/uid-reservation';
import { Problem } from '@ledger/shared/problems';
import { strongly } from '../consistency/wanted.ts';
import type { ReadSide } from '../read-side.ts';
import { findTransaction, readTransaction, type Transaction } from './transaction.ts';

/**
 * The transaction of a uid of the older APIs, exact as of now. The reservation tells its account, so that nothing waits
 * for the projector. What has none, or never came to be in its account, may be a transaction of the newer API.
 * @throws Problem transaction-not-found; transaction-id-ambiguous; read-model-behind. StoreUnavailableError;
 * StreamDamagedError
 */
export async function findByUid(side: ReadSide, uid: string): Promise<Transaction> {
  const reservation = await readReservation(side.store, uid);
  const reserved = reservation && (await transactionWhereThere(side, reservation.accountId, uid));
  return reserved ?? findTransaction(side, uid, strongly);
}

async function transactionWhereThere(
  side: ReadSide,
  accountId: string,
  transactionId: string,
): Promise<Transaction | undefined> {
  try {
    return await readTransaction(side, accountId, transactionId, strongly);
  } catch (error) {
    if (error instanceof Problem && isAbsence(error)) return undefined;
    throw error;
  }
}

function isAbsence({ kind }: Problem): boolean {
  return kind === 'transaction-not-found' || kind === 'account-not-found';
}
