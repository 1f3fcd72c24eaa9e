import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '../../../..');
const MOCHA = join(createRequire(import.meta.url).resolve('mocha/package.json'), '../bin/mocha.js');

export interface SuiteRun {
  readonly passed: number;
  readonly failed: number;
  /** Skipped. */
  readonly pending: number;
  /** Mocha's own: the counts, and each failed case with its reason. */
  readonly summary: string;
}

/**
 * Runs this folder's contract suite, unchanged, in a process of its own against the server at `url`.
 * @throws Error with the output, where mocha did not come to its end or ran no test
 */
export async function runSuite(url: string): Promise<SuiteRun> {
  const suite = spawn(
    process.execPath,
    [
      MOCHA,
      '--no-config',
      ...['--node-option', 'import=tsx', '--node-option', 'conditions=ledger-source'],
      ...['--timeout', '60000', '--no-color'],
      'deploy/test/contract/event-store/**/*.test.ts',
    ],
    { cwd: REPOSITORY, env: { ...process.env, EVENTSTORE_URL: url }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [suite.stdout, suite.stderr]) {
    stream.on('data', (text) => {
      output += String(text);
    });
  }
  await once(suite, 'close');
  const count = (what: string) => Number(new RegExp(`^ +(\\d+) ${what}`, 'm').exec(output)?.[1] ?? 0);
  const summary = output.slice(Math.max(output.search(/^ +\d+ passing/m), 0)).trimEnd();
  const run = { passed: count('passing'), failed: count('failing'), pending: count('pending'), summary };
  if (run.passed + run.failed === 0 || (suite.exitCode !== 0 && run.failed === 0)) {
    throw new Error(`the suite did not come to its end (exit code ${suite.exitCode}):\n${output}`);
  }
  return run;
}
