import { accountId, transactionId } from '@ledger/shared/identifiers';
import { olderTimeExample, parseOlderTime } from '@ledger/shared/older-apis/time';
import { z } from 'zod';
import { timeParameter } from '../parameters.ts';

/** What both generations of the older APIs ask and answer in the same way. */

export const userParams = z.object({ id: accountId.meta({ description: 'The user', example: '42' }) });

export const uidParams = z.object({ uid: transactionId.meta({ description: 'The transaction', example: 't-1' }) });

/** The date of a balance, as an Instant. */
export const asOfParameter = timeParameter(
  'As of this date, its own transactions included; now, where it is left out',
  (text) => parseOlderTime(text)?.instant,
  olderTimeExample,
);

export const amount = z.string().meta({ example: '100.00' });

export const balanceAnswer = z.strictObject({ balance: amount }).meta({ id: 'OlderBalance' });
