import { expect } from 'chai';
import { until } from '../../../../deploy/test/until.fixture.ts';
import { eventsOf } from '../../handling/instance.fixture.ts';
import { line, outcomesOf, type RunningCommandApi, startCommandApi } from '../command-api.fixture.ts';

describe('many transactions at once', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
    await api.openAccount('bob');
  });
  afterEach(() => api.close());

  const statuses = (outcomes: readonly Record<string, unknown>[]) => outcomes.map(({ status }) => status);

  describe('as NDJSON', () => {
    it('are answered one by one, in order, with the members of the single answer', async () => {
      const lines = [line('alice', 'd1', '10.00'), line('bob', 'w1', '5.00', 'withdrawal'), line('alice', 'd1', '10')];
      const response = await api.ndjson(lines.join(''));
      expect(response.headers.get('Content-Type')).to.equal('application/x-ndjson');
      const [first, second, third] = await outcomesOf(response);
      const members = { accountId: 'alice', transactionId: 'd1', amount: '10.00', balance: '10.00', revision: 1 };
      expect(first).to.deep.include({ line: 1, status: 201, replayed: false, ...members });
      expect(second).to.deep.include({ line: 2, status: 402, type: '/problems/insufficient-funds', shortfall: '5.00' });
      expect(third).to.deep.include({ ...first, line: 3, status: 200, replayed: true });
    });

    it('take effect in the order of their lines within an account', async () => {
      const spend = Array.from({ length: 300 }, (_, i) =>
        line('alice', `t${i}`, '1.00', i % 2 ? 'withdrawal' : 'deposit'),
      );
      const outcomes = await outcomesOf(await api.ndjson(spend.join('')));
      expect(outcomes.map((outcome) => outcome['line'])).to.deep.equal(spend.map((_, i) => i + 1));
      expect(new Set(statuses(outcomes))).to.deep.equal(new Set([201]));
      const ids = eventsOf(api.store).flatMap((event) => (event.type === 'AccountOpened' ? [] : event.transactionId));
      expect(ids).to.deep.equal(spend.map((_, i) => `t${i}`));
    });

    it('share appends with one another, and with single commands', async () => {
      const before = api.store.attempts.length;
      let letGo = () => {};
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      // The first append is held, so that what comes meanwhile is there when the second is made.
      api.store.interceptNext(async (write) => {
        await held;
        return write();
      });
      const lines = Array.from({ length: 90 }, (_, i) => line('alice', `t${i}`));
      const bulk = api.ndjson(lines.join('')).then(outcomesOf);
      await until('an append is under way', () => api.store.attempts.length > before);
      const single = api.put('/v1/accounts/alice/transactions/single', { type: 'deposit', amount: '1.00' });
      await until('all of them wait', () => api.queues.size === 91);
      letGo();
      expect(new Set(statuses(await bulk))).to.deep.equal(new Set([201]));
      expect((await single).status).to.equal(201);
      expect(api.store.attempts.length - before).to.be.at.most(2);
    });

    it('are not attempted after one of their account that has no outcome, however many; others go on', async () => {
      const stream = api.stream();
      api.store.interceptNext(() => {
        throw new RangeError('refused for good');
      });
      stream.request.write(line('alice', 'd1'));
      expect(await stream.next()).to.deep.include({ status: 500, type: '/problems/internal-error' });
      const later = Array.from({ length: 10_500 }, (_, i) => line('alice', `later${i}`)).join('');
      stream.request.end(`${later}${line('bob', 'd1')}`);
      for (let i = 0; i < 10_500; i++) {
        expect(await stream.next()).to.deep.include({ status: 503, type: '/problems/not-attempted' });
      }
      expect(await stream.next()).to.deep.include({ status: 201, accountId: 'bob' });
      expect(eventsOf(api.store)).to.have.length(1);
    });

    it('are all not attempted once too many accounts have no outcome', async () => {
      const { store } = api;
      await api.close();
      api = await startCommandApi({ commandDeadlineMs: 20, store });
      store.unavailable = true;
      const stream = api.stream();
      const lost = Array.from({ length: 10_000 }, (_, i) => line(`a${i}`, 't'));
      stream.request.write(lost.join(''));
      for (let i = 0; i < lost.length; i++) expect(await stream.next()).to.deep.include({ status: 503 });
      api.store.unavailable = false;
      stream.request.end(line('alice', 't'));
      expect(await stream.next()).to.deep.include({ status: 503, type: '/problems/not-attempted' });
      expect(eventsOf(api.store)).to.have.length(1);
    });
  });

  describe('as an array', () => {
    const array = (body: unknown) => api.send('POST', '/v1/transactions', body);
    const command = (accountId: string, transactionId: string, more = {}) => ({
      accountId,
      transactionId,
      type: 'deposit',
      amount: '1.00',
      ...more,
    });

    it('are answered with an array', async () => {
      const response = await array([command('alice', 'd1'), 5, command('nobody', 'd1'), command('alice', 'd1')]);
      expect(response.headers.get('Content-Type')).to.equal('application/json; charset=utf-8');
      const outcomes = (await response.json()) as Record<string, unknown>[];
      expect(outcomes.map(({ line: number }) => number)).to.deep.equal([1, 2, 3, 4]);
      expect(statuses(outcomes)).to.deep.equal([201, 400, 404, 200]);
      expect(await (await array([])).json()).to.deep.equal([]);
    });

    it('may be large and of uneven sizes: each append stays within its bounds', async () => {
      const large = Array.from({ length: 100 }, (_, i) =>
        command('alice', `t${i}`, { metadata: { a: '€'.repeat(5_000) } }),
      );
      const small = Array.from({ length: 900 }, (_, i) => command('bob', `t${i}`));
      const outcomes = (await (await array([...small, ...large])).json()) as Record<string, unknown>[];
      expect(new Set(statuses(outcomes))).to.deep.equal(new Set([201]));
      for (const { events } of api.store.attempts) {
        expect(events.length).to.be.at.most(100);
        const bytes = events.reduce((sum, { data }) => sum + Buffer.byteLength(JSON.stringify(data)), 0);
        expect(bytes).to.be.at.most(512 * 1024);
      }
      expect(eventsOf(api.store)).to.have.length(101);
    });

    it('are refused as a whole where there are too many, or it is no array', async () => {
      const tooMany = await array(Array.from({ length: 10_001 }, (_, i) => command('alice', `t${i}`)));
      expect(tooMany.status).to.equal(413);
      expect(
        (await array(`[${JSON.stringify(command('alice', 't'))}${' '.repeat(16 * 1024 * 1024)}]`)).status,
      ).to.equal(413);
      const heavy = JSON.stringify([{ ...command('alice', 't'), metadata: Array.from({ length: 500_001 }, () => 0) }]);
      expect((await array(heavy)).status).to.equal(413);
      expect((await array(`${'['.repeat(101)}${']'.repeat(101)}`)).status).to.equal(400);
      expect((await array({})).status).to.equal(400);
      expect((await array('[')).status).to.equal(400);
      expect(eventsOf(api.store)).to.have.length(1);
    });
  });

  it('are 415 in another form or charset, or encoded', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${api.url}/v1/transactions`, { method: 'POST', headers, body: line('alice', 't') });
    expect((await post({ 'Content-Type': 'text/csv' })).status).to.equal(415);
    for (const type of ['application/x-ndjson', 'application/json']) {
      expect((await post({ 'Content-Type': `${type}; charset=iso-8859-1` })).status).to.equal(415);
    }
    const zipped = await post({ 'Content-Type': 'application/x-ndjson', 'Content-Encoding': 'gzip' });
    expect(zipped.status).to.equal(415);
    expect(eventsOf(api.store)).to.have.length(1);
  });
});
