import { until } from '../../../until.fixture.ts';
import { event } from '../target.ts';
import { written, wrongVersion } from './append-answers.ts';
import { recordedAnswers } from './recorded.ts';
import { backwards, forwards, presentWithMetadata, revisionsInAll } from './stream-states.ts';

const ALL_FIVE = '0:"0" 1:"1" 2:"2" 3:"3" 4:"4"';

/** What metadata hides of a stream with the revisions 0 to 4. */
recordedAnswers('events hidden by metadata', (recorded) => {
  recorded(
    {
      probe: 8,
      entry: 13,
      what: 'maxCount 2 leaves the newest two, in $all everything',
      seen: {
        fwd: '3:"3" 4:"4"',
        back: '4:"4" 3:"3"',
        from0max2: '3:"3" 4:"4"',
        from1: '3:"3" 4:"4"',
        max1: '3:"3"',
        app: written(5n),
        after: '4:"4" 5:"5"',
        inAll: ['5', '4', '3', '2', '1', '0'],
      },
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 5, { maxCount: 2 });
      return {
        fwd: await forwards(asked, name),
        back: await backwards(asked, name),
        from0max2: await forwards(asked, name, 0n, 2),
        from1: await forwards(asked, name, 1n),
        max1: await forwards(asked, name, 0n, 1),
        app: await asked.client.appendToStream(name, event('5')),
        after: await forwards(asked, name),
        inAll: await revisionsInAll(asked, name),
      };
    },
  );
  recorded(
    { probe: 8, entry: 14, what: 'come back when maxCount is gone', seen: `${ALL_FIVE} 5:"5"` },
    async (asked) => {
      const name = await presentWithMetadata(asked, 5, { maxCount: 2 });
      await asked.client.appendToStream(name, event('5'));
      await asked.client.setStreamMetadata(name, {});
      return forwards(asked, name);
    },
  );
  recorded(
    {
      probe: 8,
      entry: 15,
      what: 'truncateBefore 3 hides what is before revision 3',
      seen: { fwd: '3:"3" 4:"4"', from0max1: '3:"3"', back: '4:"4" 3:"3"', back1: '', from2: '3:"3" 4:"4"' },
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 5, { truncateBefore: 3 });
      return {
        fwd: await forwards(asked, name),
        from0max1: await forwards(asked, name, 0n, 1),
        back: await backwards(asked, name),
        back1: await backwards(asked, name, 1n),
        from2: await forwards(asked, name, 2n),
      };
    },
  );
  recorded(
    {
      probe: 8,
      entry: 16,
      what: 'truncateBefore beyond the end hides the next event too',
      seen: { read: '', back: '', app: written(5n), after: '' },
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 5, { truncateBefore: 10 });
      return {
        read: await forwards(asked, name),
        back: await backwards(asked, name),
        app: await asked.client.appendToStream(name, event('n')),
        after: await forwards(asked, name),
      };
    },
  );
  recorded(
    {
      probe: 8,
      entry: 17,
      what: 'are there for no_stream, though all are hidden',
      seen: wrongVersion('no_stream', 4n),
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 5, { truncateBefore: 10 });
      return asked.client.appendToStream(name, event('n'), { expectedRevision: 'no_stream' });
    },
  );
});

recordedAnswers('events older than maxAge', (recorded) => {
  recorded(
    {
      probe: 8,
      entry: 18,
      what: 'are hidden; the stream stays',
      seen: {
        now: ALL_FIVE,
        later: '',
        back: '',
        app: written(5n),
        after: '5:"n"',
      },
    },
    async (asked) => {
      const name = await presentWithMetadata(asked, 5, { maxAge: 1 });
      const now = await forwards(asked, name);
      await until('the events to expire', async () => (await forwards(asked, name)) !== ALL_FIVE);
      return {
        now,
        later: await forwards(asked, name),
        back: await backwards(asked, name),
        app: await asked.client.appendToStream(name, event('n')),
        after: await forwards(asked, name),
      };
    },
  );
  recorded({ probe: 8, entry: 19, what: 'stay in $all', seen: ['5', '4', '3', '2', '1', '0'] }, async (asked) => {
    const name = await presentWithMetadata(asked, 5, { maxAge: 1 });
    await until('the events to expire', async () => (await forwards(asked, name)) === '');
    await asked.client.appendToStream(name, event('n'));
    return revisionsInAll(asked, name);
  });
});
