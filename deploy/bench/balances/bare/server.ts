import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { port, readConfig } from '@ledger/shared/config';
import { reportListening } from '@ledger/shared/process/parent';
import { runService } from '@ledger/shared/process/service';
import express from 'express';
import { z } from 'zod';

/** A bare Express route, which answers one JSON text for ever: what no service on Express can be faster than. */
await runService('bare', async () => {
  const config = readConfig({ BARE_PORT: port, BARE_ANSWER: z.string() }, process.env);
  const answer: unknown = JSON.parse(config.BARE_ANSWER);
  const app = express();
  app.get('/v1/accounts/:accountId/balance', function getBalance(_request, response) {
    response.json(answer);
  });
  const server = createServer({ keepAliveTimeout: 65_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.BARE_PORT, '127.0.0.1', resolve);
  });
  reportListening((server.address() as AddressInfo).port);
  return {
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
});
