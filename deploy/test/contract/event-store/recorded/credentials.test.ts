import { collected, event, events } from '../target.ts';
import { written } from './append-answers.ts';
import { withOwnClient } from './own-client.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { forwards } from './stream-states.ts';

/** A server without TLS heeds neither credentials nor access control lists. */

const RIGHT = { username: 'admin', password: 'changeit' };
const WRONG = { username: 'nobody', password: 'wrong' };

async function streamOf(count: number, { client, stream }: Asked): Promise<string> {
  const name = stream();
  await client.appendToStream(name, events(count));
  return name;
}

recordedAnswers('credentials', (recorded) => {
  recorded({ probe: 11, entry: 0, what: 'an append with credentials', seen: written(0n) }, ({ client, stream }) =>
    client.appendToStream(stream(), event(0), { credentials: RIGHT }),
  );

  recorded({ probe: 11, entry: 1, what: 'an append with wrong ones', seen: written(1n) }, async (asked) =>
    asked.client.appendToStream(await streamOf(1, asked), event(1), { credentials: WRONG }),
  );

  recorded({ probe: 11, entry: 2, what: 'a read with wrong ones', seen: 2 }, async (asked) => {
    const read = asked.client.readStream(await streamOf(2, asked), { credentials: WRONG });
    return (await collected(read)).length;
  });

  recorded({ probe: 11, entry: 3, what: 'credentials in the connection string', seen: written(2n) }, async (asked) => {
    const stream = await streamOf(2, asked);
    const { href } = Object.assign(new URL(asked.target.url), RIGHT);
    return withOwnClient(href, (own) => own.appendToStream(stream, event(2)));
  });

  recorded(
    {
      probe: 11,
      entry: 5,
      what: 'an access control list that names nobody',
      seen: { a: written(0n), read: '0:"x"' },
    },
    async (asked) => {
      const { client, stream } = asked;
      const name = stream();
      await client.setStreamMetadata(name, { acl: { writeRoles: ['nobody'] } });
      const a = await client.appendToStream(name, event('x'));
      return { a, read: await forwards(asked, name) };
    },
  );
});
