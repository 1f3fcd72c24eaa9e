import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { listen } from '@ledger/shared/http/server';
import { createLog } from '@ledger/shared/log';
import { Problem, type ProblemName, problemKinds } from '@ledger/shared/problems';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { createCommandApi } from '../app.ts';
import { setClock } from '../handling/instance.fixture.ts';
import { createSimulatedStore, type SimulatedStore } from '../handling/simulated-store.fixture.ts';

/** The command API on a simulated store, its own or one that another has filled, listening on a free port. */
export async function startCommandApi(options: { commandDeadlineMs?: number; store?: SimulatedStore } = {}) {
  const store = options.store ?? createSimulatedStore();
  const clock = setClock();
  const errorsLogged: unknown[] = [];
  const log = Object.assign(createLog('command-api', 'silent'), {
    error: (...entry: unknown[]) => void errorsLogged.push(entry),
  });
  const { app, queues } = createCommandApi({
    store,
    clock,
    log,
    metrics: new Registry(),
    defaultCurrency: 'EUR',
    commandDeadlineMs: options.commandDeadlineMs ?? 5_000,
    accountCacheBytes: 64 * 1024 * 1024,
  });
  const server = await listen(app, '127.0.0.1', 0);
  const url = `http://127.0.0.1:${server.port}`;

  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  return {
    store,
    clock,
    errorsLogged,
    queues,
    url,
    send,
    put: (path: string, body: unknown, headers?: Record<string, string>) => send('PUT', path, body, headers),
    openAccount: (accountId = 'alice') => send('PUT', `/v1/accounts/${accountId}`, { name: 'Alice' }),
    ndjson: (lines: string | Uint8Array) =>
      fetch(`${url}/v1/transactions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-ndjson' },
        body: lines,
      }),
    stream: () => openStream(`${url}/v1/transactions`),
    close: () => server.close(0),
  };
}

export type RunningCommandApi = Awaited<ReturnType<typeof startCommandApi>>;

/** A bulk request that is written and read bit by bit. */
export interface BulkStream {
  readonly request: ClientRequest;
  readonly response: Promise<IncomingMessage>;
  /** The next outcome; undefined at the end. */
  next(): Promise<Record<string, unknown> | undefined>;
}

function openStream(url: string): BulkStream {
  const outgoing = request(url, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' } });
  outgoing.flushHeaders();
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
  });
  // A test that cuts the request off expects its failure; one that reads meets it in `next`.
  response.catch(() => undefined);
  const lines = response.then((incoming) => createInterface({ input: incoming })[Symbol.asyncIterator]());
  lines.catch(() => undefined);
  return {
    request: outgoing,
    response,
    async next() {
      const line = await (await lines).next();
      return line.done ? undefined : JSON.parse(line.value);
    },
  };
}

/** One line of a bulk request. */
export function line(accountId: string, transactionId: string, amount = '1.00', type = 'deposit'): string {
  return `${JSON.stringify({ accountId, transactionId, type, amount })}\n`;
}

export async function outcomesOf(response: Response): Promise<Record<string, unknown>[]> {
  const text = await response.text();
  return text
    .split('\n')
    .filter((part) => part !== '')
    .map((part) => JSON.parse(part));
}

/** Expects an answer to be this problem, with all that every problem has, and gives its body. */
export async function expectProblem(response: Response, kind: ProblemName): Promise<Record<string, unknown>> {
  const { status, title } = problemKinds[kind];
  const body = await response.text();
  expect(response.status, body).to.equal(status);
  expect(response.headers.get('Content-Type')).to.match(/^application\/problem\+json/);
  expect(response.headers.get('X-Request-Id')).to.match(/^[0-9a-f-]{36}$/);
  const { retryAfterSeconds } = new Problem(kind, '');
  expect(response.headers.get('Retry-After')).to.equal(retryAfterSeconds?.toString() ?? null);
  const problem: Record<string, unknown> = JSON.parse(body);
  expect(problem).to.deep.include({ type: `/problems/${kind}`, title, status });
  expect(problem['detail']).to.be.a('string').that.is.not.equal('');
  return problem;
}

/** The fields that a 400 names. */
export async function wrongFields(response: Response): Promise<string[]> {
  const { errors } = await expectProblem(response, 'invalid-request');
  return (errors as { field: string }[]).map(({ field }) => field);
}
