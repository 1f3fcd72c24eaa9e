import { expect } from 'chai';
import { type AccountHistory, accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;
const forEver = 'public, max-age=31536000, immutable';

describe('what clients may keep of the answers', () => {
  let model: ReadModel;
  let history: AccountHistory;

  async function start(): Promise<void> {
    model = await startReadModel();
    history = accountHistory('alice', opened);
    history.transact(100n, opened + day, opened + day, 't-1');
    history.transact(200n, opened + day, opened + 2 * day, 't-2');
    await record();
  }
  const stop = () => model.stop();

  async function record(): Promise<void> {
    await appendHistory(model.store, history);
    await model.project();
  }

  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await model.fetch(path, { headers, method });
    const { status } = response;
    const [etag, cacheControl] = ['etag', 'cache-control'].map((name) => response.headers.get(name));
    return { status, etag: etag ?? '', cacheControl, text: await response.text() };
  };

  const paths = [
    '/v1/accounts/alice',
    '/v1/accounts/alice?consistency=strong',
    '/v1/accounts/alice/balance',
    '/v1/accounts/alice/balance?consistency=strong',
    '/v1/accounts/alice/balance?at=2026-01-02',
    '/v1/accounts/alice/transactions?limit=1',
    '/v1/accounts/alice/transactions.csv',
    '/v1/accounts',
    '/v1/totals',
  ];
  describe('as an account grows', () => {
    before(start);
    after(stop);

    for (const path of paths) {
      it(`${path} is asked for again, and sent again only where it has changed`, async () => {
        const first = await ask(path);
        expect(first).to.include({ status: 200, cacheControl: 'no-cache' });
        expect(first.etag).to.match(/^"1-[02]-\d+-(json|csv)"$/);
        for (const method of ['GET', 'HEAD']) {
          for (const named of [first.etag, `W/${first.etag}`, `"x", W/"a,b" , ${first.etag}`, '*', ' * ']) {
            const { etag, cacheControl } = first;
            const same = { status: 304, etag, cacheControl, text: '' };
            expect(await ask(path, { 'If-None-Match': named }, method), named).to.deep.equal(same);
          }
        }
        for (const other of ['"x"', first.etag.replaceAll('"', ''), first.etag.replace('-', '--')]) {
          expect(await ask(path, { 'If-None-Match': other }), other).to.deep.equal(first);
        }
        history.transact(700n, opened + 3 * day, opened + 3 * day);
        await record();
        const changed = await ask(path, { 'If-None-Match': first.etag });
        expect(changed).to.include({ status: 200, cacheControl: 'no-cache' });
        expect(changed.etag).not.to.equal(first.etag);
      });
    }
  });

  describe('of two transactions', () => {
    beforeEach(start);
    afterEach(stop);

    it('a transaction stays as it is', async () => {
      for (const path of ['/v1/accounts/alice/transactions/t-1', '/v1/transactions/t-1']) {
        const { etag, cacheControl } = await ask(path);
        expect({ etag, cacheControl }).to.deep.equal({ etag: '"1-2-1-json"', cacheControl: 'no-cache' });
        history.transact(700n, opened + 3 * day, opened + 3 * day);
        await record();
        expect(await ask(path, { 'If-None-Match': etag })).to.include({ status: 304 });
      }
    });

    it('another generation of the read model is something else, and so are JSON and CSV', async () => {
      const path = '/v1/accounts/alice/transactions';
      const json = await ask(path);
      const csv = await ask(path, { accept: 'text/csv' });
      expect([json.etag, csv.etag]).to.deep.equal(['"1-2-2-json"', '"1-2-2-csv"']);
      expect(await ask(path, { accept: 'text/csv', 'If-None-Match': json.etag })).to.include({ status: 200 });
      await model.pool.query('UPDATE projection_checkpoint SET generation = 5');
      for (const asked of [...paths, '/v1/accounts/alice/transactions/t-1', '/v1/transactions/t-1']) {
        if (!asked.includes('strong')) expect((await ask(asked)).etag, asked).to.match(/^"1-5-/);
      }
    });

    it('what was known before the newest event is kept for ever', async () => {
      for (const path of [
        '/v1/accounts/alice/balance?',
        '/v1/accounts/alice/balance?at=2026-01-02&',
        '/v1/accounts/alice/transactions?',
        '/v1/accounts/alice/transactions.csv?',
      ]) {
        for (const level of ['', '&consistency=strong']) {
          const final = await ask(`${path}knownAt=2026-01-02T23:59:59.999Z${level}`);
          expect(final, path).to.include({ status: 200, cacheControl: forEver });
          const again = await ask(`${path}knownAt=2026-01-02T23:59:59.999Z${level}`, { 'If-None-Match': final.etag });
          expect(again, path).to.include({ status: 304, cacheControl: forEver });
          // Of the very millisecond of the newest event, more may come.
          const open = await ask(`${path}knownAt=2026-01-03${level}`);
          expect(open, path).to.include({ status: 200, cacheControl: 'no-cache' });
        }
      }
    });

    it('what is not there, not now, or of this very moment is never kept', async () => {
      for (const [path, status] of [
        ['/v1/accounts/nobody/balance?knownAt=2020-01-01', 404],
        ['/v1/accounts/nobody/transactions.csv?knownAt=2020-01-01', 404],
        ['/v1/accounts/alice/transactions/t-9', 404],
        ['/v1/accounts/alice/balance?minRevision=9', 503],
        ['/v1/accounts/alice/balance?knownAt=x', 400],
        ['/v1/status', 200],
      ] as const) {
        expect(await ask(path, { 'If-None-Match': '*' }), path).to.include({
          status,
          etag: '',
          cacheControl: 'no-store',
        });
      }
    });
  });
});
