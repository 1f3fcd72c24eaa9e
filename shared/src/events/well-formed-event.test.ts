import { expect } from 'chai';
import fc from 'fast-check';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { fromRecordedEvent, readByContract, toJsonEvent } from './account-event-json.ts';
import { contextWith, eventWith, recorded } from './events.fixture.ts';
import { readWellFormed } from './well-formed-event.ts';

type Json = Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata'>;

const written: fc.Arbitrary<Json> = fc
  .integer({ min: 0, max: 6 })
  .chain((decimals) => fc.tuple(eventWith(decimals), contextWith(decimals)))
  .map(([event, context]) => JSON.parse(JSON.stringify(toJsonEvent('id', event, context))));

/** Where something is in an event: every place that has a schema of its own, and some that have none. */
const dataPlaces = [
  ...[
    '',
    'accountId',
    'transactionId',
    'name',
    'amount',
    'currency',
    'decimals',
    'effectiveAt',
    'description',
    'balance',
  ],
  ...['reason', 'shortfall', 'firstNegativeAt', 'metadata', 'metadata.note', 'metadata.__proto__', '__proto__', 'more'],
].map((place) => `data.${place}`);
const metadataPlaces = [
  ...['', 'recordedAt', '$correlationId', '$causationId', 'actor', 'traceparent', 'more', '__proto__'],
  ...['asked', 'asked.hash', 'asked.effectiveAt', 'account', 'account.balance', 'account.latestEffectiveAt'],
  ...['account.currency', 'account.decimals'],
].map((place) => `metadata.${place}`);
const places = [...dataPlaces, ...metadataPlaces];

const oddities: readonly unknown[] = [
  ...[
    '',
    '0',
    '1',
    '1.5',
    '10.50',
    '010.50',
    '10.',
    '.50',
    '1.000000',
    '-1.00',
    '+1.00',
    '1e2',
    '1,00',
    '1x00',
    '1.0.0',
  ],
  ...['10.5\n', ' 10.50', '\u0661.00', '99999999999999999999.99', '9007199254740993.00', '0.123456', '0x10', '1/00'],
  ...['2026-02-29T00:00:00.000Z', '2026-05-05T24:00:00.000Z', '2026-05-05T14:30:00Z', '0000-01-01T00:00:00.000Z'],
  ...['2026-05-05', '2026-05-05T14:30:00.000z', '2026-05-05T14:30:00.000+00:00', 'insufficient-funds'],
  ...[null, undefined, true, 0, -0, 1, 2, 6, 7, -1, 1.5, 2 ** 60],
  ...[[], ['a'], {}, { a: 1 }, { a: 'b' }, JSON.parse('{ "__proto__": "b" }'), new Uint8Array(2)],
];

/** The event with something else in a place; `undefined` takes it away. */
function changed(json: Json, place: string, value: unknown): Json {
  const [root = 'data', ...names] = place.split('.').filter((name) => name !== '');
  const copy = structuredClone(json);
  const last = names.at(-1);
  if (last === undefined) return { ...copy, [root]: value };
  let parent: unknown = Reflect.get(copy, root);
  for (const name of names.slice(0, -1)) parent = Object(Reflect.get(Object(parent), name));
  const target = Object(parent);
  if (value === undefined) Reflect.deleteProperty(target, last);
  // Also where the name is __proto__: of its own, as JSON.parse makes it.
  else Object.defineProperty(target, last, { value, enumerable: true, writable: true, configurable: true });
  return copy;
}

/** What comes of reading: what is read, or why it can't be. */
function outcome(read: (event: RecordedEvent) => unknown, event: RecordedEvent): unknown {
  try {
    return read(event);
  } catch (error) {
    return String(error);
  }
}

function expectSame(json: Json): void {
  const event = recorded(json);
  expect(outcome(fromRecordedEvent, event)).to.deep.equal(outcome(readByContract, event));
}

describe('an event that is read without its schema', () => {
  it('is any that this ledger writes', () => {
    fc.assert(
      fc.property(written, (json) => {
        const event = recorded(json);
        expect(readWellFormed(event)).to.deep.equal(readByContract(event));
      }),
      { numRuns: 300 },
    );
  });

  it('is read as the schema reads it, or left to the schema, with anything in any place', () => {
    for (const type of ['AccountOpened', 'Deposited', 'WithdrawalRefused']) {
      for (const json of fc.sample(
        written.filter((each) => each.type === type),
        { numRuns: 1, seed: 7 },
      )) {
        for (const place of places) for (const oddity of oddities) expectSame(changed(json, place, oddity));
      }
    }
  });

  it('is so with anything in several places', () => {
    const change = fc.tuple(fc.constantFrom(...places), fc.oneof(fc.constantFrom(...oddities), fc.jsonValue()));
    fc.assert(
      fc.property(written, fc.array(change, { minLength: 2, maxLength: 4 }), (json, changes) => {
        expectSame(changes.reduce((before, [place, value]) => changed(before, place, value), json));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is of a type that is known', () => {
    const type = fc.constantFrom(
      'AccountOpened',
      'Deposited',
      'Withdrawn',
      'WithdrawalRefused',
      'Frozen',
      '',
      'toString',
    );
    fc.assert(fc.property(written, type, (json, other) => expectSame({ ...json, type: other })));
  });
});
