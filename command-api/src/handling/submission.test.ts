import { expect } from 'chai';
import { deposit } from '../account/decide.fixture.ts';
import { causation } from './instance.fixture.ts';
import type { Outcome } from './outcome.ts';
import { createWaiting, failWaiting, isToBeDecided, leaveUnsettled } from './submission.ts';

const settledElsewhere: Outcome = { kind: 'rejected', rejection: { rule: 'account-not-found' } };

/** A command that waits, and all that it was told. */
function waitingFor(sequence?: { broken: boolean }) {
  const told: unknown[] = [];
  const submission = { command: deposit('t', '1.00'), causation, ...(sequence ? { sequence } : {}) };
  const waiting = createWaiting(
    submission,
    { isPreview: false, sizeBytes: 100, deadline: 1_000 },
    (outcome) => void told.push(outcome.kind === 'unsettled' ? outcome.reason : outcome.kind),
    (error) => void told.push(error),
  );
  return { waiting, told };
}

describe('a command that waits', () => {
  it('ends once', () => {
    const { waiting, told } = waitingFor();
    expect(waiting.isOpen()).to.equal(true);
    waiting.settle(settledElsewhere);
    waiting.settle(settledElsewhere);
    waiting.fail('too late');
    leaveUnsettled(waiting);
    failWaiting(waiting, 'too late');
    expect(told).to.deep.equal(['rejected']);
    expect(waiting.isOpen()).to.equal(false);
    expect(isToBeDecided(waiting)).to.equal(false);

    const failed = waitingFor();
    failWaiting(failed.waiting, 'failed');
    failed.waiting.fail('again');
    failed.waiting.settle(settledElsewhere);
    expect(failed.told).to.deep.equal(['failed']);
  });

  it('is told why it has no outcome: by what became of it', () => {
    const fresh = waitingFor();
    leaveUnsettled(fresh.waiting);
    const tried = waitingFor();
    tried.waiting.stage = 'handled';
    leaveUnsettled(tried.waiting);
    const sent = waitingFor({ broken: true });
    sent.waiting.stage = 'sent';
    leaveUnsettled(sent.waiting);
    const behind = waitingFor({ broken: true });
    leaveUnsettled(behind.waiting);
    expect([fresh, tried, sent, behind].flatMap(({ told }) => told)).to.deep.equal([
      'overloaded',
      'service-unavailable',
      'outcome-unknown',
      'not-attempted',
    ]);
  });

  it('breaks its request where it ends without an outcome', () => {
    for (const end of [
      leaveUnsettled,
      (waiting: Parameters<typeof failWaiting>[0]) => failWaiting(waiting, 'failed'),
    ]) {
      const sequence = { broken: false };
      end(waitingFor(sequence).waiting);
      expect(sequence.broken).to.equal(true);
      const behind = waitingFor(sequence);
      expect(isToBeDecided(behind.waiting)).to.equal(false);
      expect(behind.told).to.deep.equal(['not-attempted']);
    }
  });

  it('leaves its request whole once it has an outcome', () => {
    for (const end of [
      leaveUnsettled,
      (waiting: Parameters<typeof failWaiting>[0]) => failWaiting(waiting, 'failed'),
    ]) {
      const sequence = { broken: false };
      const { waiting } = waitingFor(sequence);
      expect(isToBeDecided(waiting)).to.equal(true);
      waiting.settle(settledElsewhere);
      end(waiting);
      expect(sequence.broken).to.equal(false);
      expect(isToBeDecided(waitingFor(sequence).waiting)).to.equal(true);
    }
  });
});
