import { freePort } from '../../../../embedded/ports.ts';
import { event } from '../target.ts';
import { written } from './append-answers.ts';
import { withOwnClient } from './own-client.ts';
import { recordedAnswers } from './recorded.ts';
import { gossipOnTheWire } from './wire.ts';

/** How a client finds the leader: a cluster of one, which it is. */

recordedAnswers('the leader', (recorded) => {
  recorded({ probe: 11, entry: 15, what: 'is asked for', seen: written(0n) }, ({ client, stream }) =>
    client.appendToStream(stream(), event(0), { requiresLeader: true }),
  );

  recorded({ probe: 11, entry: 31, what: 'is found by esdb+discover', seen: written(0n) }, ({ target, stream }) =>
    withOwnClient(target.url.replace(/^esdb:/, 'esdb+discover:'), (own) => own.appendToStream(stream(), event(0))),
  );

  recorded(
    { probe: 11, entry: 32, what: 'is found among two endpoints, one of them dead', seen: written(1n) },
    async ({ target, client, stream }) => {
      const name = stream();
      await client.appendToStream(name, event(0));
      const { host } = new URL(target.url);
      const dead = `127.0.0.1:${await freePort('127.0.0.1')}`;
      return withOwnClient(target.url.replace(host, `${host},${dead}`), (own) => own.appendToStream(name, event(1)));
    },
  );

  recorded(
    {
      probe: 11,
      entry: 33,
      what: 'is the only one that gossip tells of',
      seen: { membersList: [{ state: 8, isAlive: true, httpEndPoint: { address: '127.0.0.1' } }] },
    },
    ({ target }) => gossipOnTheWire(target.url),
  );
});
