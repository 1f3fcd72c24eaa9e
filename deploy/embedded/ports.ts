import { once } from 'node:events';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '@ledger/shared/error-code';
import { StartError } from './start-error.ts';

export interface WantedPort {
  /** The variable that sets it. */
  readonly variable: string;
  readonly host: string;
  readonly port: number;
}

const ASK_EVERY_MS = 50;

/**
 * Waits until every port can be listened on; port 0 always can.
 * @param options.waitMs how long a former owner, which may be ending, has to let go of one
 * @throws StartError with a line for each port that is still taken or cannot be had
 */
export async function requirePorts(wanted: readonly WantedPort[], { waitMs }: { waitMs: number }): Promise<void> {
  const deadline = performance.now() + waitMs;
  const problems = await Promise.all(wanted.map((port) => problemUntil(port, deadline)));
  // A wrong HOST is the same problem for each of its ports: said once.
  const lines = [...new Set(problems.filter((problem) => problem !== undefined))];
  if (lines.length > 0) throw new StartError(lines);
}

/** A port on `host` that was free a moment ago. */
export async function freePort(host: string): Promise<number> {
  const server = createServer().listen({ host, port: 0 });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error(`no TCP port on ${host}`);
  return address.port;
}

async function problemUntil(wanted: WantedPort, deadline: number): Promise<string | undefined> {
  for (;;) {
    const code = await tryToListen(wanted);
    if (code === undefined) return undefined;
    if (code !== 'EADDRINUSE' || performance.now() >= deadline) return explain(wanted, code);
    await delay(ASK_EVERY_MS);
  }
}

/** The system's error code, or undefined where it could be listened on. */
async function tryToListen({ host, port }: WantedPort): Promise<string | undefined> {
  const server = createServer().listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
  server.close();
  await once(server, 'close');
  return undefined;
}

function explain({ variable, host, port }: WantedPort, code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${variable}=${port}: the port is taken on ${host}; set ${variable} to another (0 takes a free one)`;
    case 'EACCES':
      return `${variable}=${port}: this user may not listen on that port; set ${variable} to one above 1023`;
    default:
      return `HOST=${host}: cannot listen on that address (${code}); set HOST to an address of this machine`;
  }
}
