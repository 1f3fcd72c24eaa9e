import { randomUUID } from 'node:crypto';
import { toJsonEvent } from '@ledger/shared/events/account-event-json';
import { accountStream } from '@ledger/shared/events/streams';
import { expect } from 'chai';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import { accountListAnswer } from './answers.ts';

const recordedAt = Date.parse('2026-01-01T00:00:00Z');

/** Ids, names and metadata. */
const accounts: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['a', 'Zoe', { city: 'Brno' }],
  ['B', 'Ann', { city: 'Brno', team: 'x' }],
  ['c', 'Anna', { city: 'Praha', team: 'x' }],
  ['d', 'anna', {}],
  ['e', 'An%a', { 'a.b': '=&+ ü' }],
  ['f', 'An_a', { city: 'Brno', team: 'x', colour: 'red' }],
  ['g', 'Ann', { team: 'x' }],
  ['h', '\u{10FFFF}é', { city: 'brno' }],
];

describe('GET /v1/accounts', () => {
  let model: ReadModel;

  before(async () => {
    model = await startReadModel();
    for (const [accountId, name, metadata] of accounts) {
      const event = { type: 'AccountOpened', accountId, name, currency: 'EUR', decimals: 2, metadata } as const;
      const account = { balance: 0n, latestEffectiveAt: null, currency: 'EUR', decimals: 2 };
      const causation = { correlationId: 'c', causationId: 'c', actor: null, traceparent: null };
      const asked = { hash: '00', effectiveAt: null };
      const json = toJsonEvent(randomUUID(), event, { recordedAt, asked, account, ...causation });
      await model.store.append(accountStream(accountId), [json], 'no_stream', 0);
    }
    await model.project();
  });
  after(() => model.stop());

  async function list(query: string) {
    const { status, body } = await model.get(`/v1/accounts?${query}`);
    expect(status, JSON.stringify(body)).to.equal(200);
    return accountListAnswer.parse(body);
  }

  /** The ids of all pages, asked for one, two and a hundred at a time. */
  async function idsOf(filter: string): Promise<string> {
    const found = new Set<string>();
    for (const limit of [1, 2, 100]) {
      let ids = '';
      let next: string | null = `limit=${limit}&${filter}`;
      while (next !== null) {
        const { accounts: page, nextCursor } = await list(next);
        expect(page.length).to.be.at.most(limit);
        ids += page.map(({ accountId }) => accountId).join('');
        next = nextCursor === null ? null : `limit=${limit}&cursor=${nextCursor}`;
      }
      found.add(ids);
    }
    expect(found.size, [...found].join()).to.equal(1);
    return [...found].join();
  }

  it('has all accounts in the order of their ids, and the position of what is projected', async () => {
    expect(await idsOf('')).to.equal('Bacdefgh');
    const { position } = await list('limit=1');
    expect(position).to.equal(String(model.store.events.at(-1)?.position));
    expect((await list('consistency=strong')).accounts).to.have.length(accounts.length);
  });

  it('has those whose name begins with a text, in the order of names', async () => {
    expect(await idsOf('namePrefix=An')).to.equal('efBgc');
    expect(await idsOf('namePrefix=Ann')).to.equal('Bgc');
    expect(await idsOf('namePrefix=Anna')).to.equal('c');
    expect(await idsOf('namePrefix=an')).to.equal('d');
    expect(await idsOf('namePrefix=Annas')).to.equal('');
    expect(await idsOf('namePrefix=')).to.equal('efBgcadh');
    expect(await idsOf(`namePrefix=${encodeURIComponent('\u{10FFFF}')}`)).to.equal('h');
  });

  it('takes the wildcards of LIKE as plain text', async () => {
    expect(await idsOf('namePrefix=An%25')).to.equal('e');
    expect(await idsOf('namePrefix=An_')).to.equal('f');
    expect(await idsOf('namePrefix=%25')).to.equal('');
    expect(await idsOf('namePrefix=%5C')).to.equal('');
  });

  it('has those with some metadata, any number of them, with or without a name', async () => {
    expect(await idsOf('metadata.city=Brno')).to.equal('Baf');
    expect(await idsOf('metadata.team=x')).to.equal('Bcfg');
    expect(await idsOf('metadata.team=x&metadata.city=Brno')).to.equal('Bf');
    expect(await idsOf('metadata.city=Brno&metadata.team=x&metadata.colour=red')).to.equal('f');
    expect(await idsOf('metadata.city=Praha&metadata.colour=red')).to.equal('');
    expect(await idsOf('namePrefix=Ann&metadata.team=x')).to.equal('Bgc');
    expect(await idsOf('namePrefix=An&metadata.city=Brno&metadata.team=x')).to.equal('fB');
    expect(await idsOf(`metadata.a.b=${encodeURIComponent('=&+ ü')}`)).to.equal('e');
    expect(await idsOf('metadata.city=')).to.equal('');
  });

  it('keeps a cursor to its own list', async () => {
    const { nextCursor } = await list('limit=1&metadata.team=x&metadata.city=Brno');
    await list(`metadata.city=Brno&metadata.team=x&cursor=${nextCursor}`);
    for (const [query, said] of [
      [`metadata.city=Brno&cursor=${nextCursor}`, 'it belongs to another list'],
      [`namePrefix=An&cursor=${nextCursor}`, 'it belongs to another list'],
      ['cursor=!', 'expected a nextCursor of this list, unchanged'],
      [
        `cursor=${Buffer.from('[1,null,[],"",5]').toString('base64url')}`,
        'expected a nextCursor of this list, unchanged',
      ],
      [`cursor=${Buffer.from('[1,null,[],"","\\u0000"]').toString('base64url')}`, 'expected a nextCursor of this list'],
    ] as const) {
      const { status, body } = await model.get(`/v1/accounts?${query}`);
      expect([status, body['detail']], query).to.satisfy(
        ([code, detail]: [number, string]) => code === 400 && detail.startsWith(`cursor: ${said}`),
      );
    }
  });

  it('names every parameter that it does not know', async () => {
    for (const [query, ...fields] of [
      ['name=Ann&colour=red', 'name', 'colour'],
      ['metadata=x', 'metadata'],
      ['metadatacity=Brno', 'metadatacity'],
      ['metadata.city=a&metadata.city=b', 'metadata.city'],
      ['metadata.city=%00', 'metadata.city'],
      ['namePrefix=%00', 'namePrefix'],
      ['namePrefix=a&namePrefix=b', 'namePrefix'],
    ] as const) {
      const { status, body } = await model.get(`/v1/accounts?${query}`);
      expect(status, query).to.equal(400);
      expect((body['errors'] as { field: string }[]).map(({ field }) => field)).to.deep.equal(fields);
      expect(JSON.stringify(body)).not.to.include('Invalid input');
    }
  });
});
