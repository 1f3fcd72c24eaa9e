import { randomUUID } from 'node:crypto';
import { uidStream } from '@ledger/shared/events/streams';
import { toReservationEvent } from '@ledger/shared/events/uid-reservation';
import { expect } from 'chai';
import { type AccountHistory, accountHistory, appendHistory } from '../../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../../deploy/test/read-model.fixture.ts';
import { okOf, olderHistory, opened, problemOf } from './older-queries.fixture.ts';

/** The last withdrawal is refused for a date in the past. */
function refusedAtDate(): AccountHistory {
  const history = olderHistory('dated', 'd');
  const events = history.events.map((event) => {
    const refused = {
      ...event.data,
      reason: 'insufficient-funds-at-date',
      firstNegativeAt: '2026-01-02T00:00:00.000Z',
    };
    return event.type === 'WithdrawalRefused' ? { ...event, data: refused } : event;
  });
  return { ...history, events };
}

describe('the look-up of a uid in the older APIs', () => {
  let model: ReadModel;

  before(async () => {
    model = await startReadModel();
    await appendHistory(model.store, olderHistory('42', 'n'));
    await appendHistory(model.store, olderHistory('alice', 's'));
    for (const accountId of ['twin-a', 'twin-b']) {
      const history = accountHistory(accountId, opened, 'JPY', 0);
      history.transact(7n, opened, opened, 'of-both');
      await appendHistory(model.store, history);
    }
    await appendHistory(model.store, refusedAtDate());
    await model.project();
  });
  after(() => model.stop());

  async function reserve(uid: string, accountId: string): Promise<void> {
    const content = { uid, accountId, type: 'deposit' as const, amount: '100', effectiveAt: null };
    const causation = { correlationId: 'c', causationId: 'c', actor: null, traceparent: null };
    const event = toReservationEvent(randomUUID(), content, causation);
    await model.store.append(uidStream(uid), [event], 'no_stream', 0);
  }
  const ok = (path: string) => okOf(model, path);
  const problem = async (path: string, status: number, name: string, init?: RequestInit) =>
    problemOf(await model.get(path, init), status, name);

  it('knows no transaction that was refused, and says why', async () => {
    for (const [path, method] of [
      ['/v1/transaction/n-3', 'GET'],
      ['/api/transaction/n-3/', 'GET'],
      ['/api/transaction/n-3', 'POST'],
    ] as const) {
      const { detail } = await problem(path, 404, 'transaction-not-found', { method });
      expect(detail).to.equal('n-3 was refused (insufficient-funds): the balance was 450.00 too small');
    }
    const { detail } = await problem('/v1/transaction/d-3', 404, 'transaction-not-found');
    expect(detail).to.include('(insufficient-funds-at-date): the balance as of 2026-01-02T00:00:00.000Z was 450.00');
  });

  it('leaves it open which is meant where several accounts have the uid, unless it is reserved for one of them', async () => {
    for (const path of ['/v1/transaction/of-both', '/api/transaction/of-both']) {
      const { accountIds } = await problem(path, 409, 'transaction-id-ambiguous');
      expect(accountIds).to.deep.equal(['twin-a', 'twin-b']);
    }
    await reserve('of-both', 'twin-b');
    expect(await ok('/api/transaction/of-both')).to.include({ user_id: 'twin-b', amount: '7' });
  });

  it('goes on elsewhere where the account that a uid is reserved for has no such transaction', async () => {
    await reserve('s-1', '42');
    await reserve('s-2', 'nobody');
    await reserve('nowhere', 'alice');
    expect(await ok('/v1/transaction/s-1')).to.include({ user_id: 'alice' });
    expect(await ok('/api/transaction/s-2')).to.include({ user_id: 'alice' });
    await problem('/v1/transaction/nowhere', 404, 'transaction-not-found');
    await problem('/api/transaction/nowhere', 404, 'transaction-not-found');
  });

  it('takes for a reservation only what is one', async () => {
    await model.store.append(
      uidStream('odd'),
      [{ id: randomUUID(), type: 'Odd', data: {}, metadata: {} }],
      'no_stream',
      0,
    );
    await problem('/v1/transaction/odd', 500, 'internal-error');
  });

  describe('where nothing is projected', () => {
    before(async () => {
      for (const [accountId, prefix] of [
        ['99', 'late'],
        ['bob', 'later'],
      ] as const) {
        await appendHistory(model.store, olderHistory(accountId, prefix));
        await reserve(`${prefix}-1`, accountId);
        await reserve(`${prefix}-3`, accountId);
      }
    });

    it('finds a transaction by its reservation, without waiting for the projector', async () => {
      expect(await ok('/v1/transaction/late-1')).to.include({ user_id: 99, amount: '100.00' });
      expect(await ok('/api/transaction/later-1')).to.include({ user_id: 'bob', amount: '100.00' });
      await problem('/v1/transaction/late-3', 404, 'transaction-not-found');
    });

    it('needs the projector where nothing is reserved', async () => {
      await problem('/api/transaction/late-2', 503, 'read-model-behind');
      await model.project();
      expect(await ok('/api/transaction/late-2')).to.include({ user_id: '99' });
      expect(await ok('/v1/transaction/later-2')).to.include({ user_id: 'bob' });
    });
  });
});
