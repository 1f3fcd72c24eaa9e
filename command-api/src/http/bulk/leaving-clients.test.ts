import { expect } from 'chai';
import { until } from '../../../../deploy/test/until.fixture.ts';
import { checkPromises, eventsOf } from '../../handling/instance.fixture.ts';
import { line, outcomesOf, type RunningCommandApi, startCommandApi } from '../command-api.fixture.ts';

describe('clients that go away', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
    await api.openAccount('bob');
  });
  afterEach(() => api.close());

  const statuses = (outcomes: readonly Record<string, unknown>[]) => outcomes.map(({ status }) => status);

  /** Holds every append of an account back until it is let go. */
  function hold(accountId: string) {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    api.store.interceptAll = async (write, { stream }) => {
      if (stream === `account-${accountId}`) await held;
      return write();
    };
    return () => letGo();
  }

  describe('from a bulk request', () => {
    for (const [when, ended] of [
      ['in mid-request', false],
      ['before its answers', true],
    ] as const) {
      it(`that were submitted go on when their client goes away ${when}`, async () => {
        const letGo = hold('alice');
        const stream = api.stream();
        const lines = Array.from({ length: 200 }, (_, i) => line('alice', `t${i}`)).join('');
        stream.request.write(`${line('bob', 'd1')}${lines}`);
        if (ended) stream.request.end();
        await stream.next();
        await until('the commands to be in the queue', () => api.queues.size === 200);
        stream.request.on('error', () => undefined);
        stream.request.destroy();
        letGo();
        await api.queues.idle();
        expect(eventsOf(api.store)).to.have.length(201);
        checkPromises(api.store);
        expect(statuses(await outcomesOf(await api.ndjson(lines)))).to.deep.equal(
          Array.from({ length: 200 }, () => 200),
        );
        expect(api.errorsLogged).to.deep.equal([]);
      });
    }

    it('with half of the lines sent and half of their outcomes read find all, and nothing was decided twice', async () => {
      const lines = Array.from({ length: 1_000 }, (_, i) =>
        line(i % 3 ? 'alice' : 'bob', `t${i}`, '1.00', i % 4 === 3 ? 'withdrawal' : 'deposit'),
      );
      const stream = api.stream();
      stream.request.on('error', () => undefined);
      stream.request.write(lines.slice(0, 500).join('') + lines[500]?.slice(0, 20));
      const read = [];
      for (let i = 0; i < 250; i++) read.push(await stream.next());
      stream.request.destroy();
      await until('the service to be done with it', () => api.queues.size === 0);
      await api.queues.idle();
      const events = () => [...eventsOf(api.store), ...eventsOf(api.store, 'bob')].length - 2;
      const decided = events();
      expect(decided).to.be.within(250, 500);

      const again = await outcomesOf(await api.ndjson(lines.join('')));
      expect(events()).to.equal(lines.length);
      // What came back for the first time then has another status now, and nothing else.
      const asReplayed = read.map((outcome) => ({
        ...outcome,
        replayed: true,
        status: outcome?.['status'] === 201 ? 200 : 402,
      }));
      expect(again.slice(0, 250)).to.deep.equal(asReplayed);
      expect(again.filter(({ replayed }) => replayed)).to.have.length(decided);
      checkPromises(api.store);
      checkPromises(api.store, 'bob');
      expect(api.errorsLogged).to.deep.equal([]);
    });
  });

  describe('from a single one', () => {
    it('many times over, and come back while it is under way, get its one outcome', async () => {
      const letGo = hold('alice');
      const target = `${api.url}/v1/accounts/alice/transactions/t`;
      const send = (signal?: AbortSignal) =>
        fetch(target, {
          method: 'PUT',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ type: 'deposit', amount: '1.00' }),
          ...(signal ? { signal } : {}),
        });
      const gone = new AbortController();
      const left = Array.from({ length: 20 }, () => send(gone.signal).then(() => 'answered', String));
      await until('the commands to be in the queue', () => api.queues.size === 20);
      gone.abort();
      expect(new Set(await Promise.all(left))).to.deep.equal(new Set(['AbortError: This operation was aborted']));
      const back = Array.from({ length: 5 }, () => send());
      await until('all to be in the queue', () => api.queues.size === 25);
      letGo();
      const answers = await Promise.all(back);
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
      expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).to.equal(1);
      expect(eventsOf(api.store)).to.have.length(2);
      expect(api.errorsLogged).to.deep.equal([]);
    });
  });
});
