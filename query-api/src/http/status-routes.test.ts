import { randomUUID } from 'node:crypto';
import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { accountHistory, appendHistory } from '../../../deploy/test/account-history.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { statusAnswer } from './answers.ts';

const opened = Date.parse('2026-01-01T00:00:00Z');

describe('GET /v1/status', () => {
  let model: ReadModel;

  beforeEach(async () => {
    model = await startReadModel();
    await appendHistory(model.store, accountHistory('alice', opened));
    await model.project();
  });
  afterEach(() => model.stop());

  const ok = async (path: string) => {
    const { status, body } = await model.get(path);
    expect(status, JSON.stringify(body)).to.equal(200);
    return body;
  };

  it('tells how far the projector is', async () => {
    const last = model.store.events.at(-1);
    const current = statusAnswer.parse(await ok('/v1/status'));
    expect(current).to.deep.include({ state: 'current', stopped: null, lag: { events: 0, seconds: 0, exact: true } });
    expect(current.projected).to.deep.equal({
      position: String(last?.position),
      eventId: last?.id,
      createdAt: last && formatInstant(last.created.getTime()),
    });
    const late = accountHistory('late', opened);
    late.transact(1n, opened, opened);
    await appendHistory(model.store, late);
    await model.store.append('pages-late', [{ id: randomUUID(), type: 'Page', data: {}, metadata: {} }], 'any', 0);
    const behind = statusAnswer.parse(await ok('/v1/status'));
    expect(behind).to.include({ state: 'behind' });
    expect(behind.lag).to.include({ events: 2, exact: true });
    await model.pool.query(`UPDATE projection_checkpoint SET stopped = 'at event 7'`);
    expect(await ok('/v1/status')).to.include({ state: 'stopped', stopped: 'at event 7' });
    await model.project();
    expect(await ok('/v1/status')).to.include({ state: 'current', stopped: null });
  });

  it('is current however long nothing came but events of no account, and does not read those again', async () => {
    const probe = { type: 'ClockProbed', data: {}, metadata: {} };
    const probes = Array.from({ length: 10_001 }, () => ({ id: randomUUID(), ...probe }));
    await model.store.append('clock-1', probes, 'any', 0);
    let read = 0;
    const { readAllBackwards } = model.store;
    model.store.readAllBackwards = async function* counted() {
      for await (const event of readAllBackwards()) {
        read++;
        yield event;
      }
    };
    const lag = { events: 0, seconds: 0, exact: true };
    expect((await model.get('/v1/status')).body).to.deep.include({ state: 'current', lag });
    read = 0;
    expect((await model.get('/v1/status')).body).to.deep.include({ state: 'current', lag });
    expect(read).to.equal(1);
    const late = accountHistory('late', opened);
    await appendHistory(model.store, late);
    expect((await model.get('/v1/status')).body).to.include({ state: 'behind' });
  });
});
