import { binaryEvent } from '@eventstore/db-client';
import { collected } from '../target.ts';
import { atRanks, inFields, WHOLE_LOG_IN_FIELDS, writeGone, writeOrders } from './all-stage.ts';
import { recordedAnswers } from './recorded.ts';

recordedAnswers('links to other events', (recorded) => {
  const noBytes = { bytes: 0, utf8: '', ctor: 'Uint8Array' };
  const before = [
    ...WHOLE_LOG_IN_FIELDS,
    { stream: 'gone-soft', rev: 0n, type: 'T', data: { n: 's1' } },
    { stream: 'gone-soft', rev: 1n, type: 'T', data: { n: 's2' } },
    { stream: '$$gone-soft', rev: 0n, type: '$metadata', data: { $tb: 2 ** 63 } },
    { stream: 'gone-hard', rev: 0n, type: 'T', data: { n: 'h1' } },
    { stream: 'gone-hard', rev: 1n, type: 'T', data: { n: 'h2' } },
    { stream: 'gone-hard', rev: 2n ** 63n - 1n, type: '$streamDeleted', data: noBytes },
  ];
  // Resolved, a link shows the event that it leads to, at the link's own place in the log; no event where there is none.
  const resolved = [
    {
      stream: 'orders-1',
      rev: 1n,
      type: 'OrderPaid',
      data: { n: 'b' },
      pos: 'C:<3>/P:<3>',
      link: { streamId: 'links-1', rev: 0n },
      commitPosition: '<16>',
    },
    { stream: undefined, pos: undefined, link: { streamId: 'links-1', rev: 1n }, commitPosition: '<17>' },
    { stream: undefined, pos: undefined, link: { streamId: 'links-1', rev: 2n }, commitPosition: '<18>' },
  ];
  const unresolved = ['1@orders-1', '77@orders-1', '0@gone-hard'].map((utf8, i) => ({
    stream: 'links-1',
    rev: BigInt(i),
    type: '$>',
    data: { utf8, ctor: 'Uint8Array' },
    link: undefined,
  }));

  recorded(
    {
      probe: 6,
      entry: 35,
      what: 'are resolved in $all and in a stream where that is asked for: one found, one missing, one tombstoned',
      needs: 'a fresh store',
      seen: {
        unresolved: atRanks([...before, ...unresolved]),
        resolved: [...atRanks(before), ...resolved],
        stream: resolved,
      },
    },
    async (asked) => {
      const { client, stream } = asked;
      const { names } = await writeOrders(asked);
      const tombstoned = await writeGone(asked);
      const links = stream('links-1');
      for (const target of [`1@${names['orders-1']}`, `77@${names['orders-1']}`, `0@${tombstoned}`]) {
        await client.appendToStream(links, binaryEvent({ type: '$>', data: Buffer.from(target) }));
      }
      return {
        unresolved: (await collected(client.readAll())).map(inFields),
        resolved: (await collected(client.readAll({ resolveLinkTos: true }))).map(inFields),
        stream: (await collected(client.readStream(links, { resolveLinkTos: true }))).map(inFields),
      };
    },
  );
});
