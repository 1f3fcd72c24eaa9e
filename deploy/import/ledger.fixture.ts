import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A command as it came in. */
export interface Sent {
  readonly accountId: string;
  readonly transactionId: string;
  readonly type: string;
  readonly amount: string;
  readonly currency?: string;
  readonly effectiveAt?: string;
  readonly description?: string;
  readonly metadata?: Record<string, string>;
}

/** An outcome that the test wants instead; 'cut' breaks the connection off before it. */
export type Misbehaviour = { readonly status: number; readonly type: string } | 'cut' | undefined;

/** A ledger in memory that does what the import needs, and misbehaves where a test wants it to. */
export interface FakeLedger {
  readonly url: string;
  /** By account, what took effect, in order. */
  readonly effects: Map<string, Sent[]>;
  readonly openings: { readonly accountId: string; readonly body: unknown }[];
  /** Requests of many commands. */
  bulkRequests(): number;
  /** Asked before each command is decided, with the number of the request that it is in, from 1. */
  misbehave: (command: Sent, request: number) => Misbehaviour;
  /** Status and problem of an opening; undefined: 201. */
  refuseOpening: (accountId: string) => { readonly status: number; readonly detail: string } | undefined;
  /** Things that must never happen, as they were seen. */
  readonly violations: string[];
  close(): Promise<void>;
}

export async function fakeLedger(): Promise<FakeLedger> {
  const busy = new Set<string>();
  let requests = 0;
  const server = createServer((request, response) => {
    const answer = request.method === 'PUT' ? openAccount(request, response) : bulk(request, response);
    answer.catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const ledger: FakeLedger = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    effects: new Map(),
    openings: [],
    bulkRequests: () => requests,
    misbehave: () => undefined,
    refuseOpening: () => undefined,
    violations: [],
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function openAccount(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const accountId = decodeURIComponent((request.url ?? '').slice('/v1/accounts/'.length));
    const body: unknown = JSON.parse(await textOf(request));
    ledger.openings.push({ accountId, body });
    const refusal = ledger.refuseOpening(accountId);
    if (!refusal && !ledger.effects.has(accountId)) ledger.effects.set(accountId, []);
    response.writeHead(refusal?.status ?? 201, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ title: 'refused', detail: refusal?.detail }));
  }

  async function bulk(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const number = requests;
    const commands = (await textOf(request))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Sent);
    const accounts = new Set(commands.map(({ accountId }) => accountId));
    for (const accountId of accounts) {
      if (busy.has(accountId)) ledger.violations.push(`${accountId} is in two requests at a time`);
      busy.add(accountId);
    }
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    const stuck = new Set<string>();
    for (const [index, command] of commands.entries()) {
      const outcome = decide(command, number, stuck);
      if (outcome === 'cut') {
        for (const accountId of accounts) busy.delete(accountId);
        // What was decided is written, half of the next outcome too, and then the connection ends.
        response.write('{"line":', () => response.destroy());
        return;
      }
      const { accountId, transactionId } = command;
      response.write(`${JSON.stringify({ line: index + 1, accountId, transactionId, ...outcome })}\n`);
    }
    for (const accountId of accounts) busy.delete(accountId);
    response.end();
  }

  function decide(command: Sent, request: number, stuck: Set<string>) {
    if (stuck.has(command.accountId)) return { status: 503, type: '/problems/not-attempted', detail: 'wait' };
    const effects = ledger.effects.get(command.accountId);
    if (!effects) return { status: 404, type: '/problems/account-not-found', detail: 'no such account' };
    if (effects.some(({ transactionId }) => transactionId === command.transactionId)) {
      return { status: 200, replayed: true };
    }
    const wanted = ledger.misbehave(command, request);
    if (wanted === 'cut') return wanted;
    if (wanted) {
      if (wanted.status === 503) stuck.add(command.accountId);
      return { ...wanted, replayed: false, detail: 'as the test wants' };
    }
    effects.push(command);
    return { status: 201, replayed: false, balance: '1.00' };
  }

  return ledger;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
