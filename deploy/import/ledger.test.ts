import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { connectLedger } from './ledger.ts';

describe('a ledger that answers a request of many commands', () => {
  it('has each outcome counted once, when it comes, not when the answer ends', async () => {
    const outcome = (line: number) => `${JSON.stringify({ line, status: 201 })}\n`;
    let finish = () => {};
    const server = createServer((_request, response) => {
      response.write(outcome(1) + outcome(1));
      finish = () => response.end(outcome(2));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ledger = connectLedger(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const counted: number[] = [];
    const answer = await ledger.submit(['{}', '{}'], ({ line }) => {
      counted.push(line);
      finish();
    });
    await ledger.close();
    server.close();
    expect(counted).to.deep.equal([1, 2]);
    expect(answer.failure).to.equal(undefined);
  });
});
