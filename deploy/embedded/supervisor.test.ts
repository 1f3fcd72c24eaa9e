import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../test/until.fixture.ts';
import { type SupervisedChild, superviseChild } from './supervisor.ts';

describe('a supervised process', () => {
  let folder: string;
  let child: SupervisedChild | undefined;
  const lines: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledger-'));
    lines.length = 0;
  });
  afterEach(async () => {
    await child?.kill();
    await rm(folder, { recursive: true });
  });

  function supervise(environment: () => Promise<Record<string, string>>): SupervisedChild {
    const spec = {
      name: 'example',
      module: join(import.meta.dirname, 'stand-ins/short-lived.fixture.ts'),
      log: join(folder, 'example.log'),
      port: { variable: 'EXAMPLE_PORT', wanted: 0 },
      environment,
    };
    child = superviseChild(spec, (line) => lines.push(line));
    return child;
  }

  it('is started again with a growing delay, on the port it had, and its last words are shown', async () => {
    const { listening } = supervise(async () => ({}));
    expect(await listening).to.equal(4321);
    await until('a third end', () => lines.length >= 6, 20_000);
    expect(lines.slice(0, 6)).to.deep.equal([
      'example ended (exit code 1); starting it again in 0.2 s',
      '  it broke on 0',
      'example ended (exit code 1); starting it again in 0.4 s',
      '  it broke on 4321',
      'example ended (exit code 1); starting it again in 0.8 s',
      '  it broke on 4321',
    ]);
  });

  it('can be stopped while it waits for another one', async () => {
    const { stop } = supervise(() => new Promise(() => {}));
    await stop();
    expect(lines).to.deep.equal([]);
  });

  it('does not start where what it waits for failed, and says why', async () => {
    const { listening } = supervise(() => Promise.reject(new Error('no store')));
    const problem: unknown = await listening.catch((error: unknown) => error);
    expect(String(problem)).to.contain('no store');
  });
});
