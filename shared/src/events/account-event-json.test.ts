import { expect } from 'chai';
import fc from 'fast-check';
import { fromRecordedEvent, toJsonEvent, UnreadableEventError } from './account-event-json.ts';
import type { AccountEvent, EventContext } from './account-events.ts';
import { contextWith, eventWith, recorded } from './events.fixture.ts';

const deposited: AccountEvent = {
  type: 'Deposited',
  accountId: 'alice',
  transactionId: 't',
  amount: 1050n,
  currency: 'EUR',
  effectiveAt: 0,
  description: '',
  metadata: {},
  balance: 1050n,
};
const context: EventContext = {
  recordedAt: 5,
  correlationId: 'c',
  causationId: 'r',
  actor: null,
  traceparent: null,
  asked: { hash: 'ff', effectiveAt: null },
  account: { balance: 1050n, latestEffectiveAt: 0, currency: 'EUR', decimals: 2 },
};

describe('events as they are stored', () => {
  it('are read back as they were', () => {
    const written = fc.constantFrom(0, 2, 3).chain((decimals) => fc.tuple(eventWith(decimals), contextWith(decimals)));
    fc.assert(
      fc.property(written, ([event, about]) => {
        const json = JSON.parse(JSON.stringify(toJsonEvent('id', event, about)));
        const read = fromRecordedEvent(recorded(json));
        expect(read).to.deep.equal({ event, context: about, id: 'id', revision: 3, position: 9n });
      }),
    );
  });

  it('show amounts with all decimals and times in UTC', () => {
    const { data, metadata: about } = toJsonEvent('id', deposited, context);
    expect(data).to.deep.include({ amount: '10.50', effectiveAt: '1970-01-01T00:00:00.000Z' });
    expect(about).to.deep.include({
      $correlationId: 'c',
      $causationId: 'r',
      account: { balance: '10.50', latestEffectiveAt: '1970-01-01T00:00:00.000Z', currency: 'EUR', decimals: 2 },
    });
  });

  it('may have fields that this version does not know', () => {
    const json = toJsonEvent('id', deposited, context);
    const read = fromRecordedEvent(recorded({ ...json, data: { ...json.data, colour: 'red' } }));
    expect(read.event).to.deep.equal(deposited);
  });

  it('of an unknown type tell how the account stands', () => {
    const json = { ...toJsonEvent('id', deposited, context), type: 'Frozen' };
    expect(fromRecordedEvent(recorded(json))).to.deep.include({ event: undefined, type: 'Frozen', context });
  });

  it('are an error, which names the event, where they break the contract', () => {
    const json = toJsonEvent('id', deposited, context);
    for (const [what, broken] of [
      ['amount', { ...json, data: { ...json.data, amount: '10.5' } }],
      ['amount', { ...json, data: { ...json.data, amount: '-10.50' } }],
      ['effectiveAt', { ...json, data: { ...json.data, effectiveAt: 'soon' } }],
      ['effectiveAt', { ...json, data: { ...json.data, effectiveAt: '2026-05-05T14:30:00 0200' } }],
      ['effectiveAt', { ...json, data: { ...json.data, effectiveAt: '2026-05-05T14:30:00' } }],
      ['recordedAt', { ...json, metadata: { ...json.metadata, recordedAt: undefined } }],
      ['', { ...json, metadata: undefined }],
      ['', { ...json, data: null }],
    ] as const) {
      const reading = () => fromRecordedEvent(recorded(broken));
      expect(reading, what).to.throw(UnreadableEventError, /^event 3 of account-alice \(Deposited, id id\): .+$/);
      expect(reading, what).to.throw(what);
    }
  });
});
