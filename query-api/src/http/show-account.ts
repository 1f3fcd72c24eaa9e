import { formatMinor } from '@ledger/shared/money';
import { formatInstant } from '@ledger/shared/time';
import type { z } from 'zod';
import type { Account } from '../account/account.ts';
import type { accountAnswer } from './answers.ts';

/** An account as the answers have it. */
export function showAccount({ decimals, ...account }: Account): z.input<typeof accountAnswer> {
  const { accountId, name, currency, metadata, balance, revision, openedAt, recordedAt } = account;
  return {
    accountId,
    name,
    currency,
    metadata,
    balance: formatMinor(balance, decimals),
    revision,
    openedAt: formatInstant(openedAt),
    recordedAt: formatInstant(recordedAt),
  };
}
