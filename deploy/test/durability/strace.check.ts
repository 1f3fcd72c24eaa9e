import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectEventStore } from '@ledger/shared/event-store/eventstoredb';
import { expect } from 'chai';
import { repository, temporaryFolder } from '../end-to-end/ledger.fixture.ts';

const appends = 20;

describe('the embedded event store node, watched by strace', function () {
  this.timeout(120_000);

  it('flushes each append to the disk before it writes the acknowledgement to the socket', async () => {
    const folder = await temporaryFolder();
    const trace = join(folder, 'trace');
    const node = spawn(
      'strace',
      [
        '-f',
        '-qq',
        '-s',
        '200',
        '-o',
        trace,
        '-e',
        'trace=fdatasync,fsync,msync,write,writev,sendmsg,sendto',
        process.execPath,
        join(repository, 'deploy/dist/embedded/event-store/server.js'),
      ],
      {
        env: { ...process.env, EVENTSTORE_PORT: '0', EVENTSTORE_DIR: join(folder, 'store') },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    const revisions: number[] = [];
    try {
      const [message] = await once(node, 'message');
      const store = connectEventStore(`esdb://127.0.0.1:${message.listening.port}?tls=false`);
      for (let at = 0; at < appends; at += 1) {
        const id = randomUUID();
        const event = { id, type: 'Marked', data: { marker: `marker-${at}` }, metadata: {} };
        revisions.push((await store.append(`acknowledged-${at}`, [event], 'no_stream', 30_000)).revision);
      }
      await store.dispose();
    } finally {
      // Closes the channel too: without a parent the node ends, and strace with it.
      node.disconnect();
      await once(node, 'exit');
    }

    const lines = (await readFile(trace, 'utf8')).split('\n');
    const isFlush = (line: string) =>
      /\b(fdatasync|fsync|msync)\(.* = 0|<\.\.\. (fdatasync|fsync|msync) resumed>.* = 0/.test(line);
    const answers = lines.flatMap((line, at) => {
      const stream = /(?:write|writev|sendmsg|sendto)\(.*(acknowledged-\d+)/.exec(line)?.[1];
      return stream ? [{ stream, at }] : [];
    });
    expect(answers.map(({ stream }) => stream)).to.deep.equal(revisions.map((_, at) => `acknowledged-${at}`));
    let from = 0;
    for (const { stream, at } of answers) {
      const flush = lines.slice(from, at).findLast(isFlush);
      expect(flush, `a flush between the acknowledgement before and that of ${stream}`).to.be.a('string');
      from = at;
    }
    console.log(
      `      ${lines.slice(0, answers[0]?.at).findLast(isFlush)}\n      ${lines[answers[0]?.at ?? 0]?.slice(0, 150)}`,
    );
  });
});
