import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { repository } from '../../end-to-end/ledger.fixture.ts';
import { allMutants } from './all-mutants.ts';

describe('the faults that the tests are tried with', () => {
  it('are as many as the README and the whole check say', async () => {
    const [readme, check] = await Promise.all(
      ['README.md', '.ci/run'].map((path) => readFile(join(repository, path), 'utf8')),
    );
    const handling = allMutants.filter(({ file }) => file.startsWith('command-api/src/handling/')).length;
    expect(readme).to.match(new RegExp(`mutations-rules .* in ${allMutants.length - handling} ways`));
    expect(readme).to.match(new RegExp(`mutations-handling .* in ${handling} ways`));
    expect(check).to.include(`'mutations, 6 of ${allMutants.length}'`);
  });
});
