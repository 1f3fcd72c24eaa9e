import { expect } from 'chai';
import { invalidRequest, Problem, type ProblemName, problemKinds } from './problems.ts';

describe('a problem', () => {
  it('has the members of RFC 9457 and its own', () => {
    expect(new Problem('account-id-taken', 'it is', { differs: ['name'] }).toBody()).to.deep.equal({
      type: '/problems/account-id-taken',
      title: 'This account id is taken',
      status: 409,
      detail: 'it is',
      differs: ['name'],
    });
  });

  it('says when to try again exactly where that helps', () => {
    for (const name of Object.keys(problemKinds) as ProblemName[]) {
      const { status, retryAfterSeconds } = new Problem(name, '');
      expect(retryAfterSeconds !== undefined, name).to.equal(status === 503);
    }
  });

  it('of wrong fields names each', () => {
    const errors = [
      { field: 'a', message: 'is missing' },
      { field: 'b.c', message: 'expected a string' },
    ];
    const problem = invalidRequest(errors);
    expect(problem.status).to.equal(400);
    expect(problem.toBody()).to.deep.include({ errors, detail: 'a: is missing; b.c: expected a string' });
  });
});
