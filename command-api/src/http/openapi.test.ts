import { expect } from 'chai';
import { lostBeforeWriting } from '../handling/simulated-store.fixture.ts';
import { type RunningCommandApi, startCommandApi } from './command-api.fixture.ts';

interface DescribedResponse {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Record<string, { responses: Record<string, DescribedResponse> }>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { required: string[] }>> };
}

const deposit = { type: 'deposit', amount: '1.00' };
const large = { ...deposit, description: 'x'.repeat(110_000) };
const older = { uid: 's', type: 'DEPOSIT', user_id: 'alice', amount: '1.00' };
const [firstUser, firstTransaction, secondUser, secondTransaction] = [
  'post /v1/user',
  'post /v1/transaction',
  'post /api/user/',
  'put /api/transaction/',
] as const;
const [opening, putAccount, putTransaction, bulk] = [
  'post /v1/accounts',
  'put /v1/accounts/{accountId}',
  'put /v1/accounts/{accountId}/transactions/{transactionId}',
  'post /v1/transactions',
] as const;

describe('the OpenAPI document of the command API', () => {
  let api: RunningCommandApi;
  let document: Document;
  const seen = new Set<string>();
  before(async () => {
    api = await startCommandApi({ commandDeadlineMs: 250 });
    await api.openAccount();
    document = (await (await api.send('GET', '/openapi.json')).json()) as Document;
  });
  after(() => api.close());

  /** Sends a request and expects the document to describe its answer: status, content type, headers, members. */
  async function answered(operation: string, path: string, body: unknown, headers: Record<string, string> = {}) {
    const [method = '', template = ''] = operation.split(' ');
    const response = await api.send(method.toUpperCase(), path, body, headers);
    const text = await response.text();
    const described = document.paths[template]?.[method]?.responses[response.status];
    expect(described, `${operation}: ${response.status} ${text}`).to.be.an('object');
    seen.add(`${operation}: ${response.status}`);
    const type = response.headers.get('Content-Type')?.split(';')[0] ?? '';
    const content = described?.content?.[type];
    expect(content, `${operation}: ${type}`).to.be.an('object');
    for (const name of ['Location', 'Retry-After', 'Idempotent-Replayed']) {
      if (response.headers.has(name))
        expect(described?.headers, `${operation} ${response.status}`).to.have.property(name);
    }
    const schema = content?.schema.$ref?.split('/').at(-1);
    if (schema) expect(JSON.parse(text)).to.include.all.keys(...(document.components.schemas[schema]?.required ?? []));
    return response.status;
  }

  const transaction = (id: string, body: unknown, headers?: Record<string, string>) =>
    answered(putTransaction, `/v1/accounts/alice/transactions/${id}`, body, headers);

  it('describes each answer to a transaction', async () => {
    expect(await transaction('t', { ...deposit, effectiveAt: '2026-05-01' })).to.equal(201);
    expect(await transaction('t', { ...deposit, effectiveAt: '2026-05-01' })).to.equal(200);
    expect(await transaction('t', deposit)).to.equal(409);
    expect(await transaction('u', '{')).to.equal(400);
    expect(await transaction('u', {})).to.equal(400);
    expect(await transaction('u', large)).to.equal(413);
    expect(await transaction('u', deposit, { 'Content-Type': 'text/plain' })).to.equal(415);
    for (const _again of [1, 2]) {
      expect(await transaction('w', { type: 'withdrawal', amount: '2.00' })).to.equal(402);
      expect(await transaction('x', { type: 'withdrawal', amount: '1', effectiveAt: '2026-01-01' })).to.equal(402);
    }
    expect(await transaction('u', { ...deposit, currency: 'USD' })).to.equal(422);
    expect(await transaction('u', { ...deposit, effectiveAt: '2999-01-01' })).to.equal(422);
    expect(await transaction('u', { ...deposit, amount: '9'.repeat(40) })).to.equal(422);
    expect(await answered(putTransaction, '/v1/accounts/nobody/transactions/t', deposit)).to.equal(404);
  });

  it('describes each answer to the opening of an account', async () => {
    for (const [operation, path, headers] of [
      [putAccount, '/v1/accounts/bob', {}],
      [opening, '/v1/accounts', { 'Idempotency-Key': 'k' }],
    ] as const) {
      expect(await answered(operation, path, { name: 'Bob' }, headers)).to.equal(201);
      expect(await answered(operation, path, { name: 'Bob' }, headers)).to.equal(200);
      expect(await answered(operation, path, { name: 'Alice' }, headers)).to.equal(409);
      expect(await answered(operation, path, '{', headers)).to.equal(400);
      expect(await answered(operation, path, large, headers)).to.equal(413);
      expect(await answered(operation, path, '', { ...headers, 'Content-Type': 'text/plain' })).to.equal(415);
    }
  });

  it('describes each answer to many transactions', async () => {
    const path = '/v1/transactions';
    const command = { accountId: 'alice', transactionId: 'b', ...deposit };
    expect(await answered(bulk, path, [command])).to.equal(200);
    expect(await answered(bulk, path, JSON.stringify(command), { 'Content-Type': 'application/x-ndjson' })).to.equal(
      200,
    );
    expect(await answered(bulk, path, {})).to.equal(400);
    expect(await answered(bulk, path, new Array(10_001).fill(1))).to.equal(413);
    expect(await answered(bulk, path, '', { 'Content-Type': 'text/csv' })).to.equal(415);
  });

  it('describes each answer of the older APIs', async () => {
    for (const [operation, path, opened] of [
      [firstUser, '/v1/user', 201],
      [secondUser, '/api/user/', 200],
    ] as const) {
      const body = { ...(opened === 200 ? { id: 'dave' } : {}), name: 'Dave' };
      expect(await answered(operation, path, body)).to.equal(opened);
      expect(await answered(operation, path, body)).to.equal(opened);
      expect(await answered(operation, path, '{')).to.equal(400);
      expect(await answered(operation, path, { name: 'x'.repeat(110_000) })).to.equal(413);
      expect(await answered(operation, path, '', { 'Content-Type': 'text/plain' })).to.equal(415);
    }
    expect(await answered(secondUser, '/api/user/', { id: 'dave', name: 'Eve' })).to.equal(409);
    for (const [operation, path, date, refused] of [
      [firstTransaction, '/v1/transaction', 'timestamp', 402],
      [secondTransaction, '/api/transaction/', 'created_at', 409],
    ] as const) {
      const body = { uid: `${refused}`, type: 'DEPOSIT', user_id: 'dave', amount: 1 };
      expect(await answered(operation, path, body)).to.equal(200);
      expect(await answered(operation, path, body)).to.equal(200);
      expect(await answered(operation, path, { ...body, amount: 2 })).to.equal(409);
      const large = { ...body, uid: `${refused}-w`, type: 'WITHDRAW', amount: '100' };
      for (const _again of [1, 2]) expect(await answered(operation, path, large)).to.equal(refused);
      expect(await answered(operation, path, { ...body, uid: 'n', user_id: 'nobody' })).to.equal(404);
      expect(await answered(operation, path, { ...body, uid: 'n', [date]: '2999-01-01' })).to.equal(422);
      expect(await answered(operation, path, '{')).to.equal(400);
      expect(await answered(operation, path, { name: 'x'.repeat(110_000) })).to.equal(413);
      expect(await answered(operation, path, '', { 'Content-Type': 'text/plain' })).to.equal(415);
    }
  });

  it('describes what is answered while the store is away, or its stream is damaged', async () => {
    const operations = [
      [putTransaction, '/v1/accounts/alice/transactions/s', deposit],
      [putAccount, '/v1/accounts/carol', { name: 'Carol' }],
      [opening, '/v1/accounts', { name: 'Carol' }],
      [firstUser, '/v1/user', { name: 'Carol' }],
      [secondUser, '/api/user/', { id: 'carol', name: 'Carol' }],
      [firstTransaction, '/v1/transaction', older],
      [secondTransaction, '/api/transaction/', older],
    ] as const;
    api.store.interceptAll = lostBeforeWriting;
    for (const [operation, path, body] of operations) expect(await answered(operation, path, body)).to.equal(503);
    api.store.interceptAll = () => {
      throw new RangeError('refused for good');
    };
    for (const [operation, path, body] of operations) expect(await answered(operation, path, body)).to.equal(500);
    api.store.interceptAll = undefined;
  });

  it('describes no answer that was not seen here', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method} ${path}: ${status}`),
      ),
    );
    expect(described).to.have.members([...seen]);
  });
});
