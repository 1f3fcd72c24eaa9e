import { spawn } from 'node:child_process';

/** How a run of tests ended, at the first failure if there was one. */
export type Ending =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly test: string; readonly reason: string }
  /** No test could tell anything: the code does not load, or uses what is not there. */
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'endless' };

const mostMs = 120_000;
/** No single test takes as long, but for those that say so; one that does waits for a promise that never resolves. */
const mostTestMs = 60_000;

/** Runs tests of a copy of the tree, up to the first that fails. */
export async function runTests(
  tree: string,
  files: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ending> {
  // Not by mocha's own `node-option`, which runs the tests in a process of its own, out of reach of the signal below.
  const node = ['--import', 'tsx', '--conditions', 'ledger-source', 'node_modules/mocha/bin/mocha.js', '--no-config'];
  const mocha = ['--reporter', 'tap', '--bail', '--exit', '--timeout', String(mostTestMs), ...left, ...files];
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [...node, ...mocha], { cwd: tree, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let isEndless = false;
  const timer = setTimeout(() => {
    isEndless = true;
    child.kill('SIGKILL');
  }, mostMs);
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(timer);
  return isEndless ? { kind: 'endless' } : endingOf(code, Buffer.concat(output).toString());
}

/** They take long, and tell nothing about a fault that others don't. */
const left = ['--ignore', '**/memory.test.ts'];

/** What a mutant may not fail of: a slip in its own text. */
const slip = /SyntaxError|ReferenceError|TypeError|Transform failed/;

function endingOf(code: number | null, output: string): Ending {
  const failure = /^not ok \d+ (?<test>.*)\n(?<reason>(?: +.*\n?){0,6})/m.exec(output)?.groups;
  if (failure) {
    const { test = '', reason = '' } = failure;
    const line = reason.trim().replaceAll(/\s+/g, ' ');
    return slip.test(reason) ? { kind: 'broken', reason: `${test}: ${line}` } : { kind: 'failed', test, reason: line };
  }
  const wereRun = /^# tests (?<tests>[1-9]\d*)$/m.test(output);
  return code === 0 && wereRun ? { kind: 'passed' } : { kind: 'broken', reason: output.trim().slice(0, 500) };
}
