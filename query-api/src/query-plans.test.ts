import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { type ReadModel, startReadModel } from '../../deploy/test/read-model.fixture.ts';
import {
  nodesOf,
  type PlanNode,
  type RecordedStatements,
  recordStatements,
} from '../../deploy/test/recorded-statements.fixture.ts';
import { largeDatabase, longOutcomes, recordedAtOf } from './large-tables.fixture.ts';

/** Whatever there is of an account, or of accounts, has these many rows read of it: a page, a leaf or two, a tail. */
const mostRows = 1_500;
const mostStatements = 8;
/** The list may look at so many candidates of a filter that few fulfil. */
const mostCandidates = 10_000;

const statement = '/v1/accounts/long/transactions';
const middle = formatInstant(recordedAtOf(longOutcomes / 2));
const late = formatInstant(recordedAtOf(longOutcomes - 1_000));

/** Every GET that reads from PostgreSQL, each with every statement that it can send. */
const paths = [
  '/v1/accounts',
  '/v1/accounts?consistency=strong&limit=1000',
  '/v1/accounts?namePrefix=Name%2049',
  '/v1/accounts?namePrefix=',
  '/v1/accounts?metadata.city=Brno',
  '/v1/accounts?metadata.city=Brno&metadata.kind=user',
  '/v1/accounts/account-7',
  '/v1/accounts/long/balance',
  `/v1/accounts/long/balance?at=${middle}`,
  `/v1/accounts/long/balance?at=${middle}&knownAt=${late}`,
  statement,
  `${statement}?order=desc`,
  `${statement}?from=${middle}`,
  `${statement}?to=${middle}&order=desc&types=Deposited`,
  `${statement}?from=${middle}&types=Deposited,WithdrawalRefused`,
  `${statement}?types=WithdrawalRefused&limit=50`,
  `${statement}?types=WithdrawalRefused&order=desc&limit=50&to=${middle}`,
  `${statement}?knownAt=${late}&order=desc`,
  '/v1/accounts/account-15000/transactions',
  `${statement}/n-77`,
  '/v1/accounts/account-15000/transactions/n-15000',
  '/v1/transactions/n-77',
  '/v1/totals',
  `/v1/totals?at=${middle}`,
  '/v1/status',
];

describe('the plans of all statements of the query API, on large tables', function () {
  this.timeout(60_000);
  let model: ReadModel;
  let recorded: RecordedStatements;

  before(async () => {
    model = await startReadModel({ databaseUrl: await largeDatabase() });
    recorded = recordStatements(model.readPool);
  });
  after(() => model.stop());

  async function plansOf(path: string): Promise<readonly PlanNode[]> {
    recorded.forget();
    const { status, body } = await model.get(path);
    expect({ status, body }, path).to.have.property('status', 200);
    expect(recorded.statements, path).not.to.deep.equal([]);
    const plans: PlanNode[] = [];
    for (const sent of recorded.statements) {
      // Read once, when the instance starts.
      if (sent.text === 'SELECT FROM projection_checkpoint') continue;
      plans.push(await recorded.explain(sent));
    }
    return plans;
  }

  function expectLookUps(plans: readonly PlanNode[], path: string): void {
    for (const node of plans.flatMap(nodesOf)) {
      const type = node['Node Type'];
      const what = `${path}: ${JSON.stringify(node, undefined, 1)}`;
      expect(type, what).not.to.match(/Bitmap|Sort|Hash|Merge/);
      const relation = node['Relation Name'];
      // One row.
      if (relation === undefined || relation === 'projection_checkpoint') continue;
      expect(type, what).to.match(/^Index/);
    }
  }

  const rowsOf = (plans: readonly PlanNode[]) =>
    plans
      .flatMap(nodesOf)
      .filter((node) => node['Relation Name'] !== undefined)
      .map((node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'])
      .reduce((sum, rows) => sum + rows, 0);

  for (const path of paths) {
    it(`GET ${path}`, async () => {
      const plans = await plansOf(path);
      expectLookUps(plans, path);
      expect(rowsOf(plans), path).to.be.at.most(path.includes('limit=1000') ? 2 * mostRows : mostRows);
      expect(plans.length, path).to.be.at.most(mostStatements);
    });
  }

  it('a page of a filter that almost no account fulfils looks at a bounded number of them', async () => {
    const path = '/v1/accounts?metadata.kind=user&metadata.team=rare';
    const plans = await plansOf(path);
    expectLookUps(plans, path);
    expect(rowsOf(plans)).to.be.at.most(5 * mostCandidates);
    const ids: string[] = [];
    const pages: unknown[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const { body } = await model.get(`${path}${cursor === '' ? '' : `&cursor=${cursor}`}`);
      ids.push(...(body['accounts'] as { accountId: string }[]).map(({ accountId }) => accountId));
      cursor = body['nextCursor'];
      pages.push(cursor);
    }
    expect(ids).to.deep.equal(['account-7', 'account-8', 'account-9']);
    expect(pages).to.have.length.above(4);
  });

  it('a page of a type that almost no entry has looks at a bounded number of them', async () => {
    const path = '/v1/accounts/long-100000/transactions?types=Withdrawn';
    const { body } = await model.get(path);
    expect(body['transactions']).to.deep.equal([]);
    expect(body['nextCursor']).to.be.a('string');
    const plans = await plansOf(path);
    expect(rowsOf(plans)).to.be.at.most(mostRows);
  });
});
