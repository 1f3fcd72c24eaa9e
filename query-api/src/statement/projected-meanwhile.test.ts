import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { readCsv } from '../http/read-csv.fixture.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;
/** Outcomes, of which each second is a refusal. */
const outcomes = 6;

describe('a statement whose events are projected while it is read', () => {
  let model: ReadModel;
  let accounts = 0;
  /** Called once, before the next read of refusals from PostgreSQL. */
  let beforeRefusals: (() => Promise<void>) | undefined;

  before(async () => {
    model = await startReadModel();
    model.readPool.on('connect', (client) => {
      const query = client.query as (...args: unknown[]) => unknown;
      Object.assign(client, {
        query(config: { name?: string }, ...rest: unknown[]) {
          const meanwhile = config.name?.startsWith('refusals') ? beforeRefusals : undefined;
          if (!meanwhile) return query.call(client, config, ...rest);
          beforeRefusals = undefined;
          return void meanwhile().then(() => query.call(client, config, ...rest));
        },
      });
    });
  });
  after(() => model.stop());

  for (const projected of [1, 3]) {
    for (const order of ['asc', 'desc']) {
      for (const types of ['WithdrawalRefused', 'Deposited,WithdrawalRefused']) {
        it(`has each refusal once: ${types} ${order}, ${projected} events projected before`, async () => {
          const accountId = `account-${accounts++}`;
          const history = accountHistory(accountId, opened);
          for (let n = 1; n <= outcomes; n++) {
            const at = opened + n * day;
            history.transact(n % 2 === 0 ? -100_000n : 100n, at, at);
          }
          const before = model.store.events.length;
          await appendHistory(model.store, history);
          await model.project(before + projected);
          beforeRefusals = () => model.project();

          const path = `/v1/accounts/${accountId}/transactions.csv?consistency=strong`;
          const csv = readCsv(await (await model.fetch(`${path}&order=${order}&types=${types}`)).text());
          const refused = csv.filter(({ outcome }) => outcome === 'refused').map(({ revision }) => revision);
          expect(refused).to.deep.equal(order === 'asc' ? ['2', '4', '6'] : ['6', '4', '2']);
        });
      }
    }
  }
});
