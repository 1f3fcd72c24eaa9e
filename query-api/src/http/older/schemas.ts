import { accountId, transactionId } from '@ledger/shared/identifiers';
import { olderTimeExample, parseOlderTime } from '@ledger/shared/older-apis/time';
import { z } from 'zod';
import { timeParameter } from '../parameters.ts';

/** What both generations of the older APIs ask and answer in the same way. */

export const userParams = z.object({ id: accountId.meta({ description: 'The user', example: '42' }) });

export const uidParams = z.object({ uid: transactionId.meta({ description: 'The transaction', example: 't-1' }) });

/** The time of a balance, as an Instant. */
export const asOfParameter = timeParameter(
  'As of this time, included; a date alone is the start of its day, and without an offset it is UTC. Left out: now',
  (text) => parseOlderTime(text)?.instant,
  olderTimeExample,
);

export const amount = z.string().meta({ example: '100.00' });

export const balanceAnswer = z.strictObject({ balance: amount }).meta({ id: 'OlderBalance' });
