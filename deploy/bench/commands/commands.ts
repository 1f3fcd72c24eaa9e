import { formatMinor } from '@ledger/shared/money';
import { seededRandom } from '../random.ts';
import type { Workload } from './workloads.ts';
import { zipf } from './zipf.ts';

export interface Command {
  /** Its number; `accountId` makes the id. */
  readonly account: number;
  readonly transactionId: string;
  readonly type: 'deposit' | 'withdrawal';
  readonly amountMinor: number;
}

/** Every account begins with so much, in minor units: no withdrawal is ever refused. */
export const FUNDS_MINOR = 1_000_000_00;
const DECIMALS = 2;

const WITHDRAWALS = 0.2;
const LARGEST_DEPOSIT_MINOR = 100_00;
/** Small beside the deposits, so that no account ever runs dry, however long this goes on. */
const LARGEST_WITHDRAWAL_MINOR = 1_00;

export const accountId = (account: number): string => `bench-${account}`;

export const amountText = (minor: number | bigint): string => formatMinor(BigInt(minor), DECIMALS);

/**
 * A workload's commands, one after another: the same for the same `slice`, whoever asks, and under transaction ids that
 * no other slice has.
 */
export function commandsOf({ accounts, choice }: Pick<Workload, 'accounts' | 'choice'>, slice: string): () => Command {
  const random = seededRandom(slice);
  const account = choice === 'zipf' ? zipf(accounts) : (uniform: number) => Math.floor(uniform * accounts);
  const upTo = (most: number) => 1 + Math.floor(random() * most);
  let count = 0;
  return function nextCommand() {
    const transactionId = `${slice}-${count}`;
    count += 1;
    const chosen = account(random());
    return random() < WITHDRAWALS
      ? { account: chosen, transactionId, type: 'withdrawal', amountMinor: upTo(LARGEST_WITHDRAWAL_MINOR) }
      : { account: chosen, transactionId, type: 'deposit', amountMinor: upTo(LARGEST_DEPOSIT_MINOR) };
  };
}

/** What the command does to the balance, in minor units. */
export const deltaMinor = ({ type, amountMinor }: Command): number => (type === 'deposit' ? amountMinor : -amountMinor);
