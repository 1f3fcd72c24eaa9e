import { START, streamNameFilter } from '@eventstore/db-client';
import { expect } from 'chai';
import { useOfficialClient } from './official-client.fixture.ts';
import { subscribeToAllMessage } from './subscribe-message.ts';

describe('the message of a subscription', () => {
  const official = useOfficialClient();

  /** What the client sends, as it is. */
  async function sentBy(streamPrefix: string, after: bigint | undefined): Promise<string> {
    let sent = '';
    official.stub.onSubscriptions(({ call, request }) => {
      sent = request.toString('hex');
      call.end();
    });
    const subscription = official.client.subscribeToAll({
      fromPosition: after === undefined ? START : { commit: after, prepare: after },
      filter: streamNameFilter({ prefixes: [streamPrefix] }),
    });
    for await (const _ of subscription) throw new Error('there is nothing');
    return sent;
  }

  for (const after of [undefined, 0n, 1n, 127n, 128n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
    it(`is, byte for byte, that of the official client, after ${after ?? 'nothing'}`, async () => {
      for (const prefix of ['account-', 'é', 'x'.repeat(200)]) {
        expect(subscribeToAllMessage(prefix, after).toString('hex')).to.equal(await sentBy(prefix, after));
      }
    });
  }
});
