import { expect } from 'chai';
import { useTarget } from '../target.ts';
import { recordedAnswers } from './recorded.ts';
import { featuresOnTheWire } from './wire.ts';

recordedAnswers('ServerFeatures', (recorded) => {
  recorded(
    {
      probe: 1,
      entry: 0,
      what: 'the version of the server',
      seen: { serverVersion: '23.10.8' },
      needs: 'the recorded version',
    },
    async ({ target }) => ({ serverVersion: (await featuresOnTheWire(target.url)).version }),
  );
});

describe('ServerFeatures', () => {
  const target = useTarget();

  it('lists the methods of Streams, Gossip and ServerFeatures as they were recorded', async () => {
    const { methods } = await featuresOnTheWire(target().url);
    expect(methods.filter((method) => /\.(streams|gossip|serverfeatures)\//.test(method))).to.have.members([
      'event_store.client.streams.streams/read [position,events]',
      'event_store.client.streams.streams/append',
      'event_store.client.streams.streams/delete',
      'event_store.client.streams.streams/tombstone',
      'event_store.client.streams.streams/batchappend [deadline_duration]',
      'event_store.client.gossip.gossip/read',
      'event_store.client.server_features.serverfeatures/getsupportedmethods',
    ]);
  });
});
