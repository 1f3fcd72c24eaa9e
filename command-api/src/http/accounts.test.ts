import { expect } from 'chai';
import { now } from '../account/decide.fixture.ts';
import { expectProblem, type RunningCommandApi, startCommandApi, wrongFields } from './command-api.fixture.ts';

describe('opening accounts over HTTP', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
  });
  afterEach(() => api.close());

  it('answers 201 with Location, 200 to the same again, with the same body', async () => {
    const first = await api.put('/v1/accounts/bob', { name: 'Bob', currency: 'JPY', metadata: { a: 'b' } });
    expect(first.status).to.equal(201);
    expect(first.headers.get('Location')).to.equal('/v1/accounts/bob');
    expect(first.headers.get('Idempotent-Replayed')).to.equal(null);
    const body = await first.json();
    const recordedAt = new Date(now).toISOString();
    const content = { accountId: 'bob', name: 'Bob', currency: 'JPY', metadata: { a: 'b' } };
    expect(body).to.deep.equal({ ...content, balance: '0', revision: 0, recordedAt });
    const again = await api.put('/v1/accounts/bob', { name: 'Bob', metadata: { a: 'b' } });
    expect([again.status, again.headers.get('Idempotent-Replayed')]).to.deep.equal([200, 'true']);
    expect(await again.json()).to.deep.equal(body);
  });

  it('answers the same body byte for byte after movements and a restart, to another order of metadata too', async () => {
    const first = await api.put('/v1/accounts/bob', { name: 'Bob', metadata: { b: '2', a: '1' } });
    const text = await first.text();
    await api.put('/v1/accounts/bob/transactions/t', { type: 'deposit', amount: '5.00' });
    const { store } = api;
    await api.close();
    api = await startCommandApi({ store });
    api.clock.time = now + 86_400_000;
    const again = await api.put('/v1/accounts/bob', { name: 'Bob', currency: 'EUR', metadata: { a: '1', b: '2' } });
    expect([again.status, again.headers.get('Location')]).to.deep.equal([200, '/v1/accounts/bob']);
    expect(await again.text()).to.equal(text);
  });

  for (const [differs, other] of [
    [['name'], { name: 'Bob' }],
    [['currency'], { name: 'Alice', currency: 'USD' }],
    [['metadata'], { name: 'Alice', metadata: { a: 'b' } }],
    [['name', 'currency', 'metadata'], { name: 'Bob', currency: 'JPY', metadata: { a: 'b' } }],
  ] as const) {
    it(`answers 409 to another ${differs.join(', ')} under the same id`, async () => {
      const problem = await expectProblem(await api.put('/v1/accounts/alice', other), 'account-id-taken');
      expect(problem['differs']).to.deep.equal(differs);
      expect((await api.openAccount()).status).to.equal(200);
    });
  }

  it('makes an id where none is given, the same one for the same Idempotency-Key', async () => {
    const post = async (headers: Record<string, string>) => {
      const response = await api.send('POST', '/v1/accounts', { name: 'Alice' }, headers);
      const location = response.headers.get('Location') ?? '';
      expect(location).to.match(/^\/v1\/accounts\/[\w:.-]{1,64}$/);
      return `${response.status} ${location}`;
    };
    const one = await post({ 'Idempotency-Key': 'k1' });
    const same = await post({ 'Idempotency-Key': 'k1' });
    expect(same).to.equal(one.replace('201', '200'));
    expect(await post({ 'Idempotency-Key': 'k2' }))
      .to.match(/^201/)
      .and.not.equal(one);
    expect(await post({})).to.not.equal(await post({}));
    const wrong = await api.send('POST', '/v1/accounts', { name: 'A' }, { 'Idempotency-Key': 'x y' });
    expect(await wrongFields(wrong)).to.deep.equal(['Idempotency-Key']);
  });
});
