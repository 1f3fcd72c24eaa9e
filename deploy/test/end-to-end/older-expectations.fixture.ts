import type { ProblemName } from '@ledger/shared/problems';
import { expect } from 'chai';
import type { Reply } from './http.fixture.ts';

/** @returns an assertion of its body */
export function expectAccepted(reply: Reply | undefined): Chai.Assertion {
  expect(reply?.status, JSON.stringify(reply?.body)).to.equal(200);
  return expect(reply?.body);
}

/** A problem, with the `message` that those frontends show. */
export function expectProblem(reply: Reply, status: number, kind: ProblemName, what = ''): void {
  const { type, detail, message } = reply.body;
  const seen = { answer: reply.status, status: reply.body['status'], type, message };
  expect(seen, what).to.deep.equal({ answer: status, status, type: `/problems/${kind}`, message: detail });
  expect(message, what).to.be.a('string').and.not.equal('');
  expect(reply.headers.get('Content-Type'), what).to.match(/^application\/problem\+json/);
}

/** A 400 that names one field, also in what it shows. */
export function expectWrong(reply: Reply, field: string, what = ''): void {
  expectProblem(reply, 400, 'invalid-request', what);
  const fields = (reply.body['errors'] as { field: string }[]).map((error) => error.field);
  expect(fields, what).to.deep.equal([field]);
  expect(reply.body['message'], what).to.include(field);
}
