import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { repository } from '../../end-to-end/ledger.fixture.ts';
import { allMutants } from './all-mutants.ts';
import { partOf } from './parts.ts';

describe('the faults that the tests are tried with', () => {
  it('are as many as the README and the whole check say', async () => {
    const [readme, check] = await Promise.all(
      ['README.md', '.ci/run'].map((path) => readFile(join(repository, path), 'utf8')),
    );
    for (const part of ['rules', 'handling', 'queues', 'loading'] as const) {
      const count = allMutants.filter((mutant) => partOf(mutant) === part).length;
      expect(readme).to.match(new RegExp(`mutations-${part} .* in ${count} ways`));
    }
    expect(check).to.include(`'mutations, 8 of ${allMutants.length}'`);
  });
});
