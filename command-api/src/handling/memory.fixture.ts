import { createRandom } from '../../../deploy/test/long/kill-rounds/random.ts';
import type { Account } from '../account/account.ts';
import { Timeline } from '../account/timeline.ts';
import { AccountCache } from './account-cache.ts';
import { hashOfId } from './id-hash.ts';
import { AccountPages } from './pages/account-pages.ts';
import { defaultPageLimits } from './pages/page.ts';
import { TransactionIndex } from './transaction-index.ts';

/**
 * A process that says, as JSON, what accounts took of its memory and what the cache says that they take. Its arguments: how many
 * accounts, how many transactions each has, and whether their dates are `rising` or `random`.
 */
const [, , accounts = '', transactions = '', order = ''] = process.argv;
const random = createRandom(5);
const tenYearsMs = 315_360_000_000;

function bytesInUse(): number {
  const { gc } = globalThis;
  if (!gc) throw new Error('this process has to be run with --expose-gc');
  // Buffers go with the second collection after that of their arrays.
  for (let i = 0; i < 3; i++) gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Dates of one account, as its transactions come. They differ, all but a few. */
function datesOf(count: number): Float64Array {
  const dates = new Float64Array(count).map(() => random.below(tenYearsMs));
  return order === 'rising' ? dates.sort() : dates;
}

/** An account as it is after it was loaded, with its timeline, and then had one in ten of its transactions. */
function accountOf(accountId: string, dates: Float64Array, deltas: BigInt64Array) {
  const index = new TransactionIndex();
  for (let revision = 1; revision <= dates.length; revision++)
    index.add(hashOfId(`${accountId}/${revision}`), revision);
  const loaded = Math.floor(0.9 * dates.length);
  let timeline = Timeline.of(dates.subarray(0, loaded), deltas.subarray(0, loaded));
  for (let i = loaded; i < dates.length; i++) timeline = timeline.add(dates[i] ?? 0, deltas[i] ?? 0n);
  const pages = new AccountPages(accountId, defaultPageLimits);
  pages.endLoad();
  const { balance } = timeline;
  const latestEffectiveAt = tenYearsMs + random.below(1_000);
  const recordedAt = latestEffectiveAt + random.below(1_000);
  const place = { accountId, revision: dates.length, recordedAt };
  const account: Account = { ...place, currency: 'EUR', decimals: 2, balance, latestEffectiveAt };
  return { account, index, timeline, pages };
}

const count = Number(transactions);
const histories = Array.from({ length: count > 10_000 ? 1 : 100 }, () => ({
  dates: datesOf(count),
  deltas: new BigInt64Array(count).map(() => BigInt(random.below(1_000_000_000))),
}));
const cache = new AccountCache(2 ** 40);
const before = bytesInUse();
for (let i = 0; i < Number(accounts); i++) {
  const { dates = new Float64Array(), deltas = new BigInt64Array() } = histories[i % histories.length] ?? {};
  cache.keep(accountOf(`account-${i}`, dates, deltas));
}
const measuredBytes = bytesInUse() - before;
process.stdout.write(JSON.stringify({ measuredBytes, sizeBytes: cache.sizeBytes, histories: histories.length }));
