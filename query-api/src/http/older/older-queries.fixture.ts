import { expect } from 'chai';
import { type AccountHistory, accountHistory } from '../../../../deploy/test/account-history.fixture.ts';
import type { Answer, ReadModel } from '../../../../deploy/test/read-model.fixture.ts';

export const opened = Date.parse('2026-01-01T00:00:00Z');
const day = 86_400_000;

/** 100.00 on the 2nd, 50.00 out on the 3rd, and a withdrawal of 500.00 refused on the 4th: all recorded then. */
export function olderHistory(accountId: string, uidPrefix: string): AccountHistory {
  const history = accountHistory(accountId, opened);
  history.transact(10_000n, opened + day, opened + 3 * day, `${uidPrefix}-1`);
  history.transact(-5_000n, opened + 2 * day, opened + 3 * day, `${uidPrefix}-2`);
  history.transact(-50_000n, opened + 3 * day, opened + 3 * day, `${uidPrefix}-3`);
  return history;
}

/** The body of an answer that is 200, and not to be kept. */
export async function okOf(model: ReadModel, path: string, init?: RequestInit): Promise<Answer['body']> {
  const { status, headers, body } = await model.get(path, init);
  expect(status, `${path} ${JSON.stringify(body)}`).to.equal(200);
  expect([headers.get('cache-control'), headers.get('etag')], path).to.deep.equal(['no-store', null]);
  return body;
}

/** The body of a problem, with the `message` that those frontends show. */
export function problemOf({ status, headers, body }: Answer, expected: number, name: string): Answer['body'] {
  expect(body).to.include({ status: expected, type: `/problems/${name}` });
  expect(status).to.equal(expected);
  expect(headers.get('content-type')).to.include('application/problem+json');
  expect(body['message']).to.be.a('string').that.equals(body['detail']);
  return body;
}
