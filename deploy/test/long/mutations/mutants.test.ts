import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { allMutants } from './all-mutants.ts';
import { mutate } from './mutant.ts';

describe('the faults that tests are tried with', () => {
  it('still have their place in the code, each one', () => {
    for (const mutant of allMutants) {
      const source = readFileSync(join(import.meta.dirname, '../../../..', mutant.file), 'utf8');
      expect(mutate(source, mutant), mutant.name).to.not.equal(source);
    }
  });

  it('have names of their own', () => {
    const names = allMutants.map(({ file, name }) => `${file}: ${name}`);
    expect(new Set(names)).to.have.length(names.length);
  });
});
