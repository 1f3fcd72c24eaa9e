import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onParentGone, reportListening } from '@ledger/shared/process/parent';

/**
 * A process that does nothing but what the supervisor sees of a real one: it listens on the port that a variable names,
 * tells it, answers /readyz, and ends when it is told to or its parent is gone. STAND_IN_FAILS names the one that ends
 * by itself; STAND_IN_CLINGS makes all of them ignore SIGTERM.
 * @param readyWith what has to answer /readyz with 200 before this one does
 */
export function standIn(portVariable: string, readyWith: readonly string[] = []): void {
  if (process.env['STAND_IN_FAILS'] === portVariable) {
    console.error('EXAMPLE=x: expected something else');
    process.exit(1);
  }
  const server = createServer(async (_request, response) => {
    response.statusCode = (await Promise.all(readyWith.map(isReady))).includes(false) ? 503 : 200;
    response.end(JSON.stringify(process.env));
  });
  server.listen(Number(process.env[portVariable]), '127.0.0.1', () => {
    reportListening((server.address() as AddressInfo).port);
  });
  onParentGone(() => process.exit());
  process.on('SIGTERM', () => {
    if (!process.env['STAND_IN_CLINGS']) process.exit();
  });
}

function isReady(origin: string): Promise<boolean> {
  return fetch(`${origin}/readyz`).then(
    (answer) => answer.status === 200,
    () => false,
  );
}
