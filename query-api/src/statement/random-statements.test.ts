import { formatInstant, type Instant } from '@ledger/shared/time';
import { expect } from 'chai';
import fc from 'fast-check';
import { appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { readCsv } from '../http/read-csv.fixture.ts';
import { type NaiveAccount, type NaiveRange, naiveAccount, naiveStatement } from './naive-statement.fixture.ts';
import { entryTypes } from './range.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;

/** Hours, not many, so that some are equal. */
const date = fc.option(fc.integer({ min: -3, max: 22 }), { nil: undefined, freq: 3 });

const scenario = fc.record({
  steps: fc.array(
    fc.record({
      back: fc.oneof(fc.constant(0), fc.nat(20)),
      pause: fc.nat(1),
      delta: fc.integer({ min: -700, max: 500 }).filter((delta) => delta !== 0),
    }),
    { maxLength: 40 },
  ),
  /** How much is projected, and how much of that has versions, in hundredths. */
  projected: fc.nat(100),
  versioned: fc.nat(100),
  from: date,
  to: date,
  knownAt: date,
  limit: fc.integer({ min: 1, max: 9 }),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  types: fc.option(fc.subarray([...entryTypes], { minLength: 1 }), { nil: undefined }),
});

describe('statements of random histories, against a plain list', () => {
  let model: ReadModel;
  let accounts = 0;

  before(async () => {
    model = await startReadModel();
  });
  after(() => model.stop());

  it('are equal in pages and as CSV, strong and as projected, on both time axes', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ steps, projected, versioned, from, to, limit, types, ...rest }) => {
        let recordedAt = opened;
        const account = naiveAccount(
          `account-${accounts++}`,
          opened,
          steps.map(({ back, pause, delta }) => {
            recordedAt += pause * hour;
            return { delta: BigInt(delta), effectiveAt: recordedAt - back * hour, recordedAt };
          }),
        );
        const [earlier, later] = from !== undefined && to !== undefined && to < from ? [to, from] : [from, to];
        const at = (hours: number | undefined) => (hours === undefined ? undefined : opened + hours * hour);
        const range = { ...rest, from: at(earlier), to: at(later), knownAt: at(rest.knownAt) };

        await projectPart(account, projected, versioned);
        await expectEqual(account, range, types, limit, 'consistency=strong');
        await model.project();
        await expectEqual(account, range, types, limit, '');
      }),
      { numRuns: Number(process.env['RUNS'] ?? 40), seed: 20_261_122 },
    );
  });

  async function projectPart({ history }: NaiveAccount, projected: number, versioned: number): Promise<void> {
    const before = model.store.events.length;
    await appendHistory(model.store, history);
    const part = Math.floor((history.events.length * projected) / 100);
    await model.project(before + Math.floor((part * versioned) / 100));
    await model.makeVersions(history.accountId);
    await model.project(before + part);
  }

  async function expectEqual(
    account: NaiveAccount,
    asked: Omit<NaiveRange, 'types'>,
    askedTypes: NaiveRange['types'] | undefined,
    limit: number,
    level: string,
  ): Promise<void> {
    const { accountId } = account.history;
    const types = askedTypes ?? ['Deposited', 'Withdrawn'];
    const expected = naiveStatement(account, { ...asked, types });
    const query = [`order=${asked.order}`, level, ...dates(asked)];
    if (askedTypes) query.push(`types=${askedTypes.join(',')}`);
    const path = `/v1/accounts/${accountId}/transactions`;
    const parameters = query.filter(Boolean).join('&');

    const { transactions, ...head } = expected;
    const shown: unknown[] = [];
    let next: string | null = `?limit=${limit}&${parameters}`;
    while (next !== null) {
      const { status, body } = await model.get(path + next);
      const {
        transactions: entries,
        nextCursor,
        ...others
      } = body as {
        transactions: Record<string, unknown>[];
        nextCursor: string | null;
      };
      const same = {
        accountId,
        currency: 'EUR',
        order: asked.order,
        types: entryTypes.filter((t) => types.includes(t)),
      };
      const given = Object.fromEntries(dates(asked).map((parameter) => parameter.split('=')));
      expect({ status, ...others }, path + next).to.deep.equal({ status: 200, ...same, ...given, ...head });
      expect(entries.length).to.be.at.most(limit);
      for (const { transactionId, revision, outcome, effectiveAt, runningBalance } of entries) {
        shown.push({ transactionId, revision: String(revision), outcome, effectiveAt, runningBalance });
      }
      next = nextCursor === null ? null : `?limit=${limit}&cursor=${nextCursor}`;
    }
    expect(shown, `${path}?${parameters}`).to.deep.equal(transactions);

    const csv = readCsv(await (await model.fetch(`${path}.csv?${parameters}`)).text());
    const lines = csv.slice(1, -1).map(({ transactionId, revision, outcome, effectiveAt, runningBalance }) => ({
      transactionId,
      revision,
      outcome,
      effectiveAt,
      runningBalance,
    }));
    expect(lines, `${path}.csv?${parameters}`).to.deep.equal(transactions);
    const ends = [csv[0], csv.at(-1)].map((row) => [row?.['line'], row?.['runningBalance'], row?.['revision']]);
    const balances = [
      ['opening-balance', expected.openingBalance, String(expected.revision)],
      ['closing-balance', expected.closingBalance, String(expected.revision)],
    ];
    expect(ends).to.deep.equal(asked.order === 'asc' ? balances : balances.reverse());
  }

  function dates({ from, to, knownAt }: Omit<NaiveRange, 'types'>): string[] {
    return Object.entries({ from, to, knownAt }).flatMap(([name, instant]: [string, Instant | undefined]) =>
      instant === undefined ? [] : [`${name}=${formatInstant(instant)}`],
    );
  }
});
