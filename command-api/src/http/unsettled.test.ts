import { expect } from 'chai';
import { deposit as command } from '../account/decide.fixture.ts';
import { causation, createInstance, eventsOf } from '../handling/instance.fixture.ts';
import { lostAfterWriting, lostBeforeWriting } from '../handling/simulated-store.fixture.ts';
import { expectProblem, line, outcomesOf, type RunningCommandApi, startCommandApi } from './command-api.fixture.ts';

const transaction = '/v1/accounts/alice/transactions/t';
const deposit = { type: 'deposit', amount: '1.00' };
const account = { name: 'Bob' };

/** Every request of the command side that may end without an outcome. */
const requests: readonly (readonly [what: string, method: string, path: string, body: object, headers?: object])[] = [
  ['a transaction', 'PUT', transaction, deposit],
  ['opening an account', 'PUT', '/v1/accounts/bob', account],
  ['opening an account by a key', 'POST', '/v1/accounts', account, { 'Idempotency-Key': 'k' }],
  ['opening an account without a key', 'POST', '/v1/accounts', account],
];

describe('503 of the command API, with Retry-After and what to do', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi({ commandDeadlineMs: 250 });
    // By another process: what this one has opened is in its memory, and is appended to without being read.
    await createInstance(api.store).open();
  });
  afterEach(() => api.close());

  for (const [what, method, path, body, headers] of requests) {
    const send = () => api.send(method, path, body, { ...headers });
    const keyless = what.endsWith('without a key');

    it(`${what}, while the store is away: nothing was done, and sending it again is safe`, async () => {
      api.store.unavailable = true;
      const { detail } = await expectProblem(await send(), 'service-unavailable');
      expect(detail).to.contain('decided nothing').and.to.contain('the very same request is safe');
      api.store.unavailable = false;
      expect((await send()).status).to.equal(201);
    });

    for (const [fate, interception, later] of [
      ['was lost', lostBeforeWriting, 201],
      ['landed', lostAfterWriting, 200],
    ] as const) {
      it(`${what}, where the outcome is unknown: it ${fate}, and its retry has the one outcome`, async () => {
        api.store.interceptAll = (write, append) => {
          // Nobody can look what has become of it, either.
          api.store.unavailable = true;
          return interception(write, append);
        };
        const { detail } = await expectProblem(await send(), 'outcome-unknown');
        expect(detail).to.contain(keyless ? 'second account; PUT' : 'repeating the very same request is safe');
        api.store.unavailable = false;
        api.store.interceptAll = undefined;
        const retry = await send();
        expect(retry.status).to.equal(keyless ? 201 : later);
        expect((await send()).status).to.equal(keyless ? 201 : 200);
      });
    }
  }

  it('a transaction, where too many wait: it was not decided, and sending it again is safe', async () => {
    await api.close();
    // So long that nothing ends by its deadline: an answer is that of a full queue.
    api = await startCommandApi({ commandDeadlineMs: 50_000 });
    await api.openAccount();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    api.store.beforeCall = () => held;
    const waiting = Array.from({ length: 10_000 }, (_, i) =>
      api.queues.submit({ command: command(`t${i}`, '1.00'), causation }),
    );
    const { detail } = await expectProblem(await api.put(transaction, deposit), 'overloaded');
    expect(detail).to.contain('decided nothing').and.to.contain('the very same request is safe');
    letGo();
    await Promise.all(waiting);
  });

  it('a service that is not ready', async () => {
    api.clock.time = undefined;
    await expectProblem(await api.send('GET', '/readyz'), 'service-unavailable');
  });

  it('is the status of a line, and each line says what to do; sent again, all take effect in their order', async () => {
    let appends = 0;
    api.store.interceptAll = (write, append) => {
      if (append.stream !== 'account-alice') return write();
      appends += 1;
      return appends === 1 ? lostAfterWriting(write, append) : lostBeforeWriting(write, append);
    };
    await api.openAccount('bob');
    const sending = api.stream();
    sending.request.write(line('alice', 'd1', '5.00'));
    expect(await sending.next()).to.include({ status: 503, type: '/problems/outcome-unknown', replayed: false });
    const lines = [
      line('alice', 'w1', '5.00', 'withdrawal'),
      line('bob', 'd1'),
      line('alice', 'w2', '1.00', 'withdrawal'),
    ];
    sending.request.end(lines.join(''));
    for (const [at, expected] of [
      { status: 503, type: '/problems/not-attempted' },
      { status: 201, accountId: 'bob' },
      { status: 503, type: '/problems/not-attempted' },
    ].entries()) {
      const outcome = await sending.next();
      expect(outcome).to.include({ line: at + 2, ...expected });
      if (expected.status === 503) expect(outcome?.['detail']).to.contain('is safe');
    }
    api.store.interceptAll = undefined;
    const again = await outcomesOf(await api.ndjson([line('alice', 'd1', '5.00'), ...lines].join('')));
    expect(again.map(({ status }) => status)).to.deep.equal([200, 201, 200, 402]);
    expect(eventsOf(api.store).map(({ type }) => type)).to.deep.equal([
      'AccountOpened',
      'Deposited',
      'Withdrawn',
      'WithdrawalRefused',
    ]);
  });
});
