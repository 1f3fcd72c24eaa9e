import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixture = 'deploy/test/lint/floating-append.fixture.ts';

interface Report {
  readonly diagnostics: readonly { readonly code: string; readonly severity: string; readonly filename: string }[];
  readonly number_of_rules: number;
}

describe('the linter', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ledger-lint-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('fails on an append that is not awaited, by the one rule of the configuration', async () => {
    const { plugins, categories, rules } = JSON.parse(await readFile(join(root, '.oxlintrc.json'), 'utf8'));
    expect(rules).to.deep.equal({ 'typescript/no-floating-promises': 'error' });
    // The fixture is wrong on purpose, so the configuration leaves it out: here it is the same without that.
    const withoutIgnored = join(folder, 'oxlintrc.json');
    await writeFile(withoutIgnored, JSON.stringify({ plugins, categories, rules }));
    const { exitCode, stdout } = await lint(['--config', withoutIgnored, fixture]);
    const report: Report = JSON.parse(stdout);
    expect(exitCode).to.equal(1);
    expect(report.number_of_rules).to.equal(1);
    expect(report.diagnostics).to.have.length(1);
    expect(report.diagnostics[0]).to.include({
      code: 'typescript(no-floating-promises)',
      severity: 'error',
      filename: fixture,
    });
  });
});

function lint(options: readonly string[]): Promise<{ exitCode: number; stdout: string }> {
  const program = join(root, 'node_modules/oxlint/bin/oxlint');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, '--type-aware', '--format', 'json', ...options],
      { cwd: root },
      (error, stdout) => {
        if (error && typeof error.code !== 'number') reject(error);
        else resolve({ exitCode: Number(error?.code ?? 0), stdout });
      },
    );
  });
}
