import { formatMinor } from '@ledger/shared/money';
import { formatInstant, type Instant } from '@ledger/shared/time';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AccountHistory,
  accountHistory,
  appendHistory,
  type Line,
} from '../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../deploy/test/read-model.fixture.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;

/** The balance as of a date, from a plain list of lines. */
function balanceAsOf(lines: readonly Line[], at: Instant): bigint {
  return lines.filter(({ effectiveAt }) => effectiveAt <= at).reduce((sum, { delta }) => sum + delta, 0n);
}

function byDate(lines: readonly Line[]): Line[] {
  return lines.toSorted((a, b) => a.effectiveAt - b.effectiveAt || a.revision - b.revision);
}

/** Hours back from when it is recorded, a tenth of a unit or more, now and then more than there is. */
const step = fc.record({ back: fc.oneof(fc.constant(0), fc.nat(30)), delta: fc.integer({ min: -400, max: 500 }) });

const scenario = fc.record({
  steps: fc.array(step, { maxLength: 25 }),
  /** How much of it is projected, in hundredths. */
  projected: fc.nat(100),
  at: fc.nat(60),
  from: fc.option(fc.nat(60), { nil: undefined }),
  length: fc.option(fc.nat(60), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 7 }),
  order: fc.constantFrom('asc', 'desc'),
});

describe('random histories with backdated lines and refusals, against a plain list', () => {
  let model: ReadModel;
  let accounts = 0;

  before(async () => {
    model = await startReadModel();
  });
  after(() => model.stop());

  function makeHistory(steps: readonly { back: number; delta: number }[]): AccountHistory {
    const history = accountHistory(`account-${accounts++}`, opened);
    for (const [index, { back, delta }] of steps.entries()) {
      const recordedAt = opened + (index + 1) * hour;
      if (delta !== 0) history.transact(BigInt(delta), recordedAt - back * hour, recordedAt);
    }
    return history;
  }

  it('balances and statements are equal, projected, half projected, not projected and strong', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ steps, projected, at, from, length, limit, order }) => {
        const history = makeHistory(steps);
        const { accountId } = history;
        const before = model.store.events.length;
        await appendHistory(model.store, history);
        await model.project(before + Math.floor((history.events.length * projected) / 100));

        const level = `consistency=strong&minRevision=${history.revision}`;
        const date = opened + (at - 30) * hour;
        await expectBalance(`/v1/accounts/${accountId}/balance?${level}`, history, undefined);
        await expectBalance(`/v1/accounts/${accountId}/balance?${level}&at=${formatInstant(date)}`, history, date);
        await expectBalance(
          `/v1/accounts/${accountId}/balance?minRevision=${history.revision}&at=${formatInstant(date)}`,
          history,
          date,
        );
        const range = {
          from: from === undefined ? undefined : opened + (from - 30) * hour,
          to: from === undefined || length === undefined ? undefined : opened + (from - 30 + length) * hour,
        };
        await expectStatement(history, range, order, limit, level);

        await model.project();
        await expectBalance(`/v1/accounts/${accountId}/balance`, history, undefined);
        await expectBalance(`/v1/accounts/${accountId}/balance?at=${formatInstant(date)}`, history, date);
        await expectStatement(history, range, order, limit, '');
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
  });

  async function expectBalance(path: string, history: AccountHistory, at: Instant | undefined): Promise<void> {
    const { status, body } = await model.get(path);
    const counted = history.lines.filter(({ effectiveAt }) => at === undefined || effectiveAt <= at);
    const newest = counted.at(-1);
    expect({ status, body }, path).to.deep.equal({
      status: 200,
      body: {
        accountId: history.accountId,
        currency: 'EUR',
        balance: formatMinor(at === undefined ? history.balance : balanceAsOf(history.lines, at), 2),
        revision: history.revision,
        ...(at === undefined ? {} : { at: formatInstant(at) }),
        recordedAt: newest ? formatInstant(newest.recordedAt) : null,
      },
    });
  }

  async function expectStatement(
    history: AccountHistory,
    { from, to }: { from: Instant | undefined; to: Instant | undefined },
    order: string,
    limit: number,
    level: string,
  ): Promise<void> {
    const inRange = byDate(history.lines).filter(
      ({ effectiveAt }) => effectiveAt >= (from ?? -Infinity) && effectiveAt <= (to ?? Infinity),
    );
    const opening = from === undefined ? 0n : balanceAsOf(history.lines, from - 1);
    let running = opening;
    const expected = inRange.map(({ transactionId, revision, delta }) => {
      running += delta;
      return { transactionId, revision, runningBalance: formatMinor(running, 2) };
    });
    if (order === 'desc') expected.reverse();

    const query = [`limit=${limit}`, `order=${order}`, level];
    if (from !== undefined) query.push(`from=${formatInstant(from)}`);
    if (to !== undefined) query.push(`to=${formatInstant(to)}`);
    const path = `/v1/accounts/${history.accountId}/transactions`;
    const shown: unknown[] = [];
    let next: string | null = `?${query.filter(Boolean).join('&')}`;
    while (next !== null) {
      const { status, body } = await model.get(`${path}${next}`);
      const { transactions, nextCursor, ...rest } = body as {
        transactions: Record<string, string>[];
        nextCursor: string | null;
      };
      expect({ status, rest }, path + next).to.deep.equal({
        status: 200,
        rest: {
          accountId: history.accountId,
          currency: 'EUR',
          revision: history.revision,
          openingBalance: formatMinor(opening, 2),
          closingBalance: formatMinor(
            to === undefined ? history.balance : balanceAsOf(history.lines, Math.max(to, from ?? to)),
            2,
          ),
        },
      });
      expect(transactions.length).to.be.at.most(limit);
      shown.push(
        ...transactions.map(({ transactionId, revision, runningBalance }) => ({
          transactionId,
          revision,
          runningBalance,
        })),
      );
      next = nextCursor === null ? null : `?limit=${limit}&cursor=${nextCursor}`;
    }
    expect(shown).to.deep.equal(expected);
  }
});
