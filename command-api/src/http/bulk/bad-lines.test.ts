import { expect } from 'chai';
import { checkPromises, eventsOf } from '../../handling/instance.fixture.ts';
import { line, outcomesOf, type RunningCommandApi, startCommandApi } from '../command-api.fixture.ts';

const good = { accountId: 'alice', transactionId: 't', type: 'deposit', amount: '1.00' };
const json = (more: object) => JSON.stringify({ ...good, ...more });

/** What is wrong, how it is sent, and what is said of it: a problem's name, or the fields that a 400 names. */
const badLines: readonly (readonly [what: string, sent: string | Uint8Array, said: string | readonly string[]])[] = [
  ['no JSON', '{"oops', 'invalid-json'],
  ['half of a line', json({}).slice(0, 30), 'invalid-json'],
  ['two commands', `${json({})}${json({})}`, 'invalid-json'],
  ['not UTF-8', Buffer.from(json({ description: 'café' }), 'latin1'), 'invalid-json'],
  ['longer than 32 kB', json({ metadata: { a: 'x'.repeat(32 * 1024) } }), 'body-too-large'],
  ['an array', `[${json({})}]`, ['body']],
  ['a number', '5', ['body']],
  ['null', 'null', ['body']],
  ['an empty object', '{}', ['accountId', 'transactionId', 'type', 'amount']],
  ['fields that are not known', json({ colour: 'red', size: 1 }), ['colour', 'size']],
  ['no account id', json({ accountId: undefined }), ['accountId']],
  ['an account id that is none', json({ accountId: 'a/b' }), ['accountId']],
  ['an account id of dots', json({ accountId: '..' }), ['accountId']],
  ['an account id that is too long', json({ accountId: 'x'.repeat(65) }), ['accountId']],
  ['an account id that is a number', json({ accountId: 7 }), ['accountId']],
  ['a transaction id that is none', json({ transactionId: '' }), ['transactionId']],
  ['another type', json({ type: 'gift' }), ['type']],
  ['an amount that is a number', json({ amount: 1 }), ['amount']],
  ['an amount of nothing', json({ amount: '0.00' }), ['amount']],
  ['a currency that is none', json({ currency: 'XQQ' }), ['currency']],
  ['a day that does not exist', json({ effectiveAt: '2026-02-30' }), ['effectiveAt']],
  ['text that can’t be stored', json({ description: '\u0000' }), ['description']],
  ['metadata that is not flat', json({ metadata: { a: { b: 'c' } } }), ['metadata.a']],
  ['too many decimals', json({ amount: '1.001' }), ['amount']],
  ['several faults', json({ amount: '-1', type: 1, x: 1 }), ['type', 'amount', 'x']],
  ['another currency', json({ currency: 'USD' }), 'currency-mismatch'],
  ['an account that is not there', json({ accountId: 'nobody' }), 'account-not-found'],
  ['a date in the future', json({ effectiveAt: '2999-01-01' }), 'effective-date-in-future'],
  ['an id that was used for something else', json({ transactionId: 'before', amount: '2' }), 'transaction-id-reused'],
];

describe('a bad line of a bulk request', () => {
  let api: RunningCommandApi;
  beforeEach(async () => {
    api = await startCommandApi();
    await api.openAccount();
  });
  afterEach(() => api.close());

  const said = (outcome: Record<string, unknown> | undefined) => {
    const errors = outcome?.['errors'] as { field: string }[] | undefined;
    return errors ? errors.map(({ field }) => field) : String(outcome?.['type']).replace('/problems/', '');
  };

  for (const [what, sent, expected] of badLines) {
    it(`fails alone, with its number: ${what}`, async () => {
      const body = Buffer.concat([
        Buffer.from(line('alice', 'before')),
        Buffer.from('\n'),
        Buffer.from(sent as string),
        Buffer.from(`\n${line('alice', 'after')}`),
      ]);
      const outcomes = await outcomesOf(await api.ndjson(new Uint8Array(body)));
      expect(outcomes.map((outcome) => outcome['line'])).to.deep.equal([1, 3, 4]);
      const [before, bad, after] = outcomes;
      expect(before).to.include({ status: 201, revision: 1 });
      expect(after).to.include({ status: 201, revision: 2 });
      if (typeof expected === 'string') expect(said(bad)).to.equal(expected);
      else expect(said(bad)).to.have.members(expected);
      expect(bad).to.include({ replayed: false }).and.to.have.property('detail').that.is.not.equal('');
      expect(eventsOf(api.store)).to.have.length(3);
    });
  }

  it('is one of many, each with its own number', async () => {
    const bad = badLines.filter(([what]) => what !== 'an id that was used for something else');
    const body = Buffer.concat(
      bad.flatMap(([, sent], at) => [Buffer.from(sent as string), Buffer.from(`\r\n${line('alice', `t${at}`)}`)]),
    );
    const outcomes = await outcomesOf(await api.ndjson(new Uint8Array(body)));
    expect(outcomes.map((outcome) => outcome['line'])).to.deep.equal(outcomes.map((_, at) => at + 1));
    for (const [at, [what, , expected]] of bad.entries()) {
      if (typeof expected === 'string') expect(said(outcomes[2 * at]), what).to.equal(expected);
      else expect(said(outcomes[2 * at]), what).to.have.members(expected);
      expect(outcomes[2 * at + 1], what).to.include({ status: 201, transactionId: `t${at}`, revision: at + 1 });
    }
    checkPromises(api.store);
  });

  it('may be the last, without a newline, and there may be no line at all', async () => {
    const outcomes = await outcomesOf(await api.ndjson(`\u{feff}${line('alice', 'a')}${line('alice', 'b').trimEnd()}`));
    expect(outcomes.map(({ status }) => status)).to.deep.equal([201, 201]);
    for (const body of ['', '\n', '\r\n \n', '\u{feff}']) {
      const response = await api.ndjson(body);
      expect([response.status, await response.text()]).to.deep.equal([200, '']);
    }
  });
});
