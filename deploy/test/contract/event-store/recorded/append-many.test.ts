import { collected, events, PATHS } from '../target.ts';
import { at, written } from './append-answers.ts';
import { recordedAnswers } from './recorded.ts';
import { append } from './stages.ts';

for (const { path, options } of PATHS) {
  recordedAnswers(`five events in one append, ${path} call`, (recorded) => {
    const first = { probe: 4, entry: at(0, 27)[path], what: 'the answer has the last one’s revision and position' };
    recorded({ ...first, seen: written(4n) }, (asked) => append(asked, asked.stream(), events(5), options));

    recorded(
      {
        probe: 4,
        entry: at(1, 28)[path],
        what: 'each has a position of its own, rising, prepare as commit',
        seen: [
          { rev: 0n, pos: 'C:<1>/P:<1>', commitPosition: '<1>' },
          { rev: 1n, pos: 'C:<2>/P:<2>', commitPosition: '<2>' },
          { rev: 2n, pos: 'C:<3>/P:<3>', commitPosition: '<3>' },
          { rev: 3n, pos: 'C:<4>/P:<4>', commitPosition: '<4>' },
          { rev: 4n, pos: 'C:<5>/P:<5>', commitPosition: '<5>' },
        ],
      },
      async ({ client, stream }) => {
        const name = stream();
        await client.appendToStream(name, events(5), options);
        const stored = await collected(client.readStream(name));
        return stored.map(({ event, commitPosition }) => ({
          rev: event?.revision,
          pos: `C:${event?.position?.commit}/P:${event?.position?.prepare}`,
          commitPosition,
        }));
      },
    );
  });
}
