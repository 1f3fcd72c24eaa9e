import { type AppendExpectedRevision, type AppendResult, binaryEvent } from '@eventstore/db-client';
import { event, events } from '../target.ts';
import { expectedInWords, written } from './append-answers.ts';
import { type Asked, recordedAnswers } from './recorded.ts';
import { append, namedEvents } from './stages.ts';
import { forwards } from './stream-states.ts';

interface Once {
  readonly stream: string;
  readonly first: AppendResult;
  again(): Promise<AppendResult>;
}

/** Appends one event, after `base` where there is one. */
async function once(
  asked: Asked,
  name: string,
  expectedRevision: AppendExpectedRevision,
  base?: string,
): Promise<Once> {
  const stream = asked.stream();
  const list = [event(name)];
  if (base) await asked.client.appendToStream(stream, event(base));
  const again = () => append(asked, stream, list, { expectedRevision });
  return { stream, first: await again(), again };
}

recordedAnswers('a repeat at once has the position of the first', (recorded) => {
  const same = (revision: bigint) => ({ first: written(revision), repeat: written(revision) });
  for (const { entry, expected, base, revision } of [
    { entry: 168, expected: 'any', base: undefined, revision: 0n },
    { entry: 169, expected: 'no_stream', base: undefined, revision: 0n },
    { entry: 170, expected: 'stream_exists', base: 'base', revision: 1n },
    { entry: 171, expected: 0n, base: 'base', revision: 1n },
  ] as const) {
    recorded({ probe: 3, entry, what: `with ${expectedInWords(expected)}`, seen: same(revision) }, async (asked) => {
      const { first, again } = await once(asked, 'i', expected, base);
      return { first, repeat: await again() };
    });
  }

  recorded(
    {
      probe: 3,
      entry: 172,
      what: 'of three events, all of them or the first one',
      seen: {
        first: { success: true, nextExpectedRevision: 2n, position: '<2>' },
        full: { success: true, nextExpectedRevision: 2n, position: '<2>' },
        firstOnly: { success: true, nextExpectedRevision: 0n, position: '<1>' },
      },
    },
    async ({ client, stream }) => {
      const name = stream();
      const named = namedEvents();
      const first = await client.appendToStream(name, named('a b c'));
      const full = await client.appendToStream(name, named('a b c'));
      return { first, full, firstOnly: await client.appendToStream(name, named('a')) };
    },
  );
});

recordedAnswers('a repeat after a restart in good order', (recorded) => {
  for (const { entry, expected, name, base, revision, stream } of [
    // What tells these apart is kept in memory only: they are written once more.
    { entry: 173, expected: 'any', name: 'iany', base: undefined, revision: 1n, stream: '0:"iany" 1:"iany"' },
    {
      entry: 175,
      expected: 'stream_exists',
      name: 'istream_exists',
      base: 'basestream_exists',
      revision: 2n,
      stream: '0:"basestream_exists" 1:"istream_exists" 2:"istream_exists"',
    },
    // These are compared with what the stream holds.
    { entry: 174, expected: 'no_stream', name: 'ino_stream', base: undefined, revision: 0n, stream: '0:"ino_stream"' },
    {
      entry: 176,
      expected: 0n,
      name: 'iexact',
      base: 'baseexact',
      revision: 1n,
      stream: '0:"baseexact" 1:"iexact"',
    },
  ] as const) {
    const what = `with ${expectedInWords(expected)}: ${revision}, the stream then holds ${stream}`;
    const seen = { r: written(revision), stream };
    recorded({ probe: 3, entry, what, seen, needs: 'a restart' }, async (asked) => {
      const appended = await once(asked, name, expected, base);
      await asked.target.restart?.();
      const r = await appended.again();
      return { r, stream: await forwards(asked, appended.stream) };
    });
  }
});

/** 30 appends of 1 MB. */
async function writeMuchElsewhere({ client, stream }: Asked): Promise<void> {
  const name = stream();
  for (let i = 0; i < 30; i++) {
    await client.appendToStream(name, binaryEvent({ type: 'Large', data: new Uint8Array(1_000_000) }));
  }
}

/** 40,000 small events, which push out what a memory of less would hold of ids. */
async function writeManyElsewhere({ client, stream }: Asked): Promise<void> {
  const name = stream();
  for (let i = 0; i < 40; i++) await client.appendToStream(name, events(1000));
}

recordedAnswers('a repeat after much else', (recorded) => {
  for (const { entry, expected, name, elsewhere, what } of [
    { entry: 177, expected: 'any', name: 'old-any', elsewhere: writeMuchElsewhere, what: '30 MB elsewhere' },
    { entry: 178, expected: 'no_stream', name: 'old-ns', elsewhere: writeMuchElsewhere, what: '30 MB elsewhere' },
    { entry: 179, expected: 'any', name: 'many-any', elsewhere: writeManyElsewhere, what: '40,000 events elsewhere' },
  ] as const) {
    const seen = { r: written(0n), stream: `0:"${name}"` };
    recorded({ probe: 3, entry, what: `${expected}, after ${what}: success, not written`, seen }, async (asked) => {
      const { stream, again } = await once(asked, name, expected);
      await elsewhere(asked);
      return { r: await again(), stream: await forwards(asked, stream) };
    });
  }
});
