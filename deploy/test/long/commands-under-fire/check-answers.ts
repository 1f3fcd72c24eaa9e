import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { type Answer, isDefinite, problemOf, type Sending } from './journal.ts';

/** What stands in the stream under an id, in the words of the API. */
export interface Truth<Sent> {
  /** To name it in failures. */
  readonly what: string;
  /** The one content that was recorded. */
  readonly content: Sent;
  /** The request that recorded it. */
  readonly recordedBy: string;
  /** Undefined: it was accepted. */
  readonly refusedFor: string | undefined;
  /** The members of every answer to it, but those that tell it in words. */
  readonly told: object;
  /** The problem that every other content under the id is answered with. */
  readonly otherwise: 'transaction-id-reused' | 'account-id-taken';
  readonly differs: (other: Sent) => readonly string[];
}

/**
 * Holds all that was answered under an id against what was recorded: it was recorded by a request that was sent; the first
 * answer (without `replayed`) went to that request, every other is the same again; other content is told which fields
 * differ; and what was said not to be decided was not.
 * @throws AssertionError
 */
export function checkAnswers<Sent>(truth: Truth<Sent>, sendings: readonly Sending<Sent>[]): void {
  const { what, content, recordedBy, otherwise } = truth;
  // A bulk request may hold an id twice; its own second line is then a replay of the first.
  const recording = sendings.filter((sending) => sending.requestId === recordedBy && sending.content === content);
  expect(recording.length, `requests that recorded ${what}`).to.be.at.least(1);
  const [only] = recording.length === 1 ? recording : [];
  let first = 0;
  for (const sending of sendings) {
    const { answer } = sending;
    if (!answer) continue;
    const where = `the answer to ${what}, sent as ${JSON.stringify(sending.content)}`;
    if (!isDefinite(answer)) {
      if (sending === only) expect(problemOf(answer), `${where}, which was recorded`).to.equal('outcome-unknown');
    } else if (sending.content !== content) {
      expect([answer.status, problemOf(answer)], where).to.deep.equal([409, otherwise]);
      expect(answer.body['differs'], where).to.deep.equal(truth.differs(sending.content));
    } else {
      checkOutcome(truth, answer, where);
      if (sending === only)
        expect(answer.replayed, `${where} of the request that recorded it, replayed`).to.equal(false);
      if (answer.replayed) continue;
      first += 1;
      expect(sending.requestId, `the request of ${where}, said to be the first`).to.equal(recordedBy);
    }
  }
  expect(first, `first answers to ${what}`).to.be.at.most(1);
}

function checkOutcome(
  { refusedFor, told }: Pick<Truth<never>, 'refusedFor' | 'told'>,
  answer: Answer,
  where: string,
): void {
  const status = refusedFor === undefined ? (answer.replayed ? 200 : 201) : 402;
  expect([answer.status, problemOf(answer)], where).to.deep.equal([status, refusedFor]);
  const { title: _title, detail: _detail, status: _status, ...members } = answer.body;
  // Chai's comparison is too slow for every answer.
  if (!isDeepStrictEqual(members, told)) expect(members, where).to.deep.equal(told);
}
