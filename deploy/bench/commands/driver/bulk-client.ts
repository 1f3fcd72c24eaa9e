import { Client as HttpClient } from 'undici';
import { ANSWER_TIMEOUT_MS } from '../../load/connection.ts';
import { accountId, amountText, type Command } from '../commands.ts';
import type { Client } from './client.ts';

/** POSTs many commands at a time, as NDJSON, and counts their outcomes. */
export function bulkClient(port: number): Client {
  const http = new HttpClient(`http://127.0.0.1:${port}`, {
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  return {
    async send(commands, status) {
      const { statusCode, body } = await http.request({
        method: 'POST',
        path: '/v1/transactions',
        headers: { 'content-type': 'application/x-ndjson' },
        body: commands.map(lineOf).join(''),
      });
      const text = await body.text();
      // Quotes within a value are escaped, so this is the member itself; parsing every line would cost the driver more.
      const settled = text.split(`"status":${status},`).length - 1;
      if (statusCode === 200 && settled === commands.length) return;
      const other = text.split('\n').find((line) => line !== '' && !line.includes(`"status":${status},`));
      throw new Error(`${settled} of ${commands.length} lines were answered ${status}; ${statusCode}: ${other}`);
    },
    close: () => void http.destroy(),
  };
}

function lineOf({ account, transactionId, type, amountMinor }: Command): string {
  const ids = `"accountId":"${accountId(account)}","transactionId":"${transactionId}"`;
  return `{${ids},"type":"${type}","amount":"${amountText(amountMinor)}"}\n`;
}
