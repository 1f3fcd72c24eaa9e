import { randomUUID } from 'node:crypto';
import { type AppendExpectedRevision, jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { namedEvents } from './recorded/stages.ts';
import { collected, event, events, freshStream, outcome, PATHS, revisions, useTarget } from './target.ts';

/** What the recorded answers do not have of appends. */
for (const { path, options } of PATHS) {
  describe(`appends by the ${path} call, beside the recorded ones`, () => {
    const target = useTarget();
    const append = (
      stream: string,
      list: Parameters<ReturnType<typeof target>['client']['appendToStream']>[1],
      expectedRevision: AppendExpectedRevision = 'any',
    ) => target().client.appendToStream(stream, list, { ...options, expectedRevision });
    const stored = (stream: string) => collected(target().client.readStream(stream));

    describe('the same event ids with other data, which are told by the ids alone', () => {
      for (const [expected, revision] of [
        ['no_stream', 0n],
        [0n, 1n],
      ] as const) {
        it(`with ${expected}: success with the first one's position, and nothing is written`, async () => {
          const stream = freshStream();
          if (expected === 0n) await append(stream, event('before'));
          const id = randomUUID();
          const first = await append(stream, jsonEvent({ id, type: 'A', data: { n: 70 } }), expected);
          const second = await append(stream, jsonEvent({ id, type: 'B', data: { n: 30 } }), expected);
          expect(first).to.include({ success: true, nextExpectedRevision: revision });
          expect(second).to.deep.equal(first);
          const all = await stored(stream);
          expect(all).to.have.length(Number(revision) + 1);
          expect(all.at(-1)?.event).to.deep.include({ type: 'A', data: { n: 70 } });
        });
      }

      it('several in one append: the first data stay, each at its revision', async () => {
        const stream = freshStream();
        const ids = [randomUUID(), randomUUID()];
        const withData = (n: number) => ids.map((id) => jsonEvent({ id, type: 'A', data: { n } }));
        const first = await append(stream, withData(70), 'no_stream');
        expect(await append(stream, withData(30), 'no_stream')).to.deep.equal(first);
        expect((await stored(stream)).map((each) => each.event?.data)).to.deep.equal([{ n: 70 }, { n: 70 }]);
      });
    });

    describe('the event ids of one append again, after later events', () => {
      type Expected = 'any' | 'stream_exists' | 'no_stream' | 'first exact';
      const all: readonly Expected[] = ['any', 'stream_exists', 'no_stream', 'first exact'];
      const inMemory: readonly Expected[] = ['any', 'stream_exists'];
      const byRevision: readonly Expected[] = ['no_stream', 'first exact'];
      /** [a, b, c] and then two others were written; a success is told by the last event that it repeats. */
      const table: readonly [
        repeat: string,
        expected: readonly Expected[],
        answer: 'a' | 'b' | 'c' | 'refused' | 'written',
      ][] = [
        ['a b c', all, 'c'],
        ['a b', all, 'b'],
        ['a', all, 'a'],
        ['b c', inMemory, 'c'],
        ['c', inMemory, 'c'],
        ['b a c', inMemory, 'c'],
        ['b c', byRevision, 'refused'],
        ['c', byRevision, 'refused'],
        ['b a c', byRevision, 'refused'],
        ['b c new', all, 'refused'],
        ['a b c new', all, 'refused'],
        ['new a', inMemory, 'written'],
        ['new a', byRevision, 'refused'],
      ];
      for (const [repeat, expectations, answer] of table) {
        for (const expected of expectations) {
          it(`[${repeat}] with ${expected}: ${answer.length === 1 ? `success, as ${answer}` : answer}`, async () => {
            const stream = freshStream();
            const named = namedEvents();
            const before = expected === 'first exact' ? ['before'] : [];
            const expectedRevision = expected === 'first exact' ? 0n : expected;
            if (before.length > 0) await append(stream, named('before'));
            await append(stream, named('a b c'), expected === 'first exact' ? 0n : 'any');
            await append(stream, named('later latest'));
            const names = [...before, 'a', 'b', 'c', 'later', 'latest'];
            const got = await outcome(append(stream, named(repeat), expectedRevision));
            if (answer === 'written') names.push(...repeat.split(' '));
            if (answer === 'refused') {
              expect(got).to.include({ error: 'WrongExpectedVersionError', actualVersion: BigInt(names.length - 1) });
            } else {
              const last = answer === 'written' ? names.length - 1 : names.indexOf(answer);
              expect(got).to.include({ success: true, nextExpectedRevision: BigInt(last) });
            }
            const data = (await stored(stream)).map((each) => each.event?.data);
            expect(data).to.deep.equal(names.map((n) => ({ n })));
          });
        }
      }
    });

    it('gives names back as they were given', async () => {
      for (const name of [' a b\n', 'žluťoučký 🐎']) {
        const stream = `${name}${freshStream()}`;
        await append(stream, event(1), 'no_stream');
        expect((await stored(stream)).map((each) => each.event?.streamId)).to.deep.equal([stream]);
      }
    });
  });
}

describe('appends by the unary call that do not wait for each other', () => {
  const target = useTarget();
  const [, { options }] = PATHS;

  it('lets one of many first appends through', async () => {
    const stream = freshStream();
    const attempts = events(20).map((each) =>
      outcome(target().client.appendToStream(stream, each, { ...options, expectedRevision: 'no_stream' })),
    );
    const all = await Promise.all(attempts);
    expect(all.filter((each) => 'success' in each)).to.have.length(1);
    expect(all.filter((each) => 'error' in each && each['actualVersion'] === 0n)).to.have.length(19);
    expect(await revisions(target().client.readStream(stream))).to.deep.equal([0]);
  });
});
