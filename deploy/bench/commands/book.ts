/** What is known of an account: from what was acknowledged, or from what a service has. */
export interface AccountTotals {
  readonly balanceMinor: bigint;
  /** Deposits and withdrawals that took effect. */
  readonly transactions: number;
}

/** What a driver was told by a service took effect, by the account's number. */
export interface Acknowledged {
  readonly deltaMinor: Float64Array;
  readonly transactions: Float64Array;
}

export function nothingAcknowledged(accounts: number): Acknowledged {
  return { deltaMinor: new Float64Array(accounts), transactions: new Float64Array(accounts) };
}

/** Enters a transaction that took effect. */
export function acknowledge({ deltaMinor, transactions }: Acknowledged, account: number, delta: number): void {
  deltaMinor[account] = (deltaMinor[account] ?? 0) + delta;
  transactions[account] = (transactions[account] ?? 0) + 1;
}

/** What a service acknowledged over all, by the account's number. */
export interface Book {
  add(acknowledged: Acknowledged): void;
  readonly totals: readonly AccountTotals[];
  readonly sumMinor: bigint;
}

/** @param fundsMinor what each account has had from a first deposit */
export function createBook(accounts: number, fundsMinor: number): Book {
  const totals = Array.from({ length: accounts }, () => ({ balanceMinor: BigInt(fundsMinor), transactions: 1 }));
  return {
    totals,
    get sumMinor() {
      return sumOf(totals);
    },
    add({ deltaMinor, transactions }) {
      for (const [account, count] of transactions.entries()) {
        const total = totals[account];
        if (!total) throw new RangeError(`a command of account ${account} of ${accounts}`);
        total.transactions += count;
        total.balanceMinor += BigInt(deltaMinor[account] ?? 0);
      }
    },
  };
}

const sumOf = (totals: readonly AccountTotals[]) => totals.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n);

/** @throws Error that names the accounts where a service does not have what it acknowledged */
export function compareTotals(service: string, book: Book, found: readonly AccountTotals[]): void {
  const wrong = book.totals.flatMap((expected, account) => {
    const has = found[account];
    if (has?.balanceMinor === expected.balanceMinor && has.transactions === expected.transactions) return [];
    return [`account ${account}: acknowledged ${inWords(expected)}, found ${has ? inWords(has) : 'nothing'}`];
  });
  if (wrong.length === 0 && found.length === book.totals.length) return;
  throw new Error(
    [
      `${service}: ${wrong.length} of ${book.totals.length} accounts don't hold what was acknowledged`,
      `sum of balances: ${book.sumMinor} acknowledged, ${sumOf(found)} found (minor units)`,
      ...wrong.slice(0, 10),
    ].join('\n'),
  );
}

function inWords({ balanceMinor, transactions }: AccountTotals): string {
  return `${balanceMinor} after ${transactions} transactions`;
}
