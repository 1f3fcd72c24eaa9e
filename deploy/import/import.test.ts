import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { type FakeLedger, fakeLedger } from './ledger.fixture.ts';

/** As `npm run build` left it. */
const program = fileURLToPath(new URL('../dist/import/import.js', import.meta.url));

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describe('npm run import', () => {
  let ledger: FakeLedger;
  let folder: string;

  beforeEach(async () => {
    ledger = await fakeLedger();
    folder = await mkdtemp(join(tmpdir(), 'ledger-import-'));
  });

  afterEach(async () => {
    await ledger.close();
    await rm(folder, { recursive: true });
  });

  async function run(args: readonly string[], env: NodeJS.ProcessEnv = { LEDGER_URL: ledger.url }): Promise<Run> {
    const child = spawn(process.execPath, [program, ...args], { env: { PATH: process.env['PATH'], ...env } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, out, err };
  }

  async function fileOf(name: string, content: string | Buffer): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  async function rejectedOf(file: string): Promise<Record<string, string>[]> {
    return parse(await readFile(`${file}.rejected.csv`, 'utf8'), { columns: true });
  }

  const header = 'transaction_id,account_id,date,type,amount,kind\n';

  /** `count` lines, spread over `accounts`. */
  function manyLines(count: number, accounts: number): string {
    const line = (n: number) => `t${n},a${n % accounts},1993-01-01,deposit,1.00,cash\n`;
    return header + Array.from({ length: count }, (_, n) => line(n)).join('');
  }

  function expectEverythingOnce(count: number, accounts: number): void {
    for (let account = 0; account < accounts; account += 1) {
      const expected = [];
      for (let n = account; n < count; n += accounts) expected.push(`t${n}`);
      const effects = ledger.effects.get(`a${account}`)?.map(({ transactionId }) => transactionId);
      expect(effects, `a${account}`).to.deep.equal(expected);
    }
    expect(ledger.violations).to.deep.equal([]);
  }

  it('sends every column of a CSV file, and opens each account once', async () => {
    const file = await fileOf(
      'some.csv',
      '\uFEFFdescription,amount,type,effective_at,account_id,transaction_id,currency,shop,colour\r\n' +
        '"rent, ""May""",100.50,deposit,2026-05-05T10:00:00Z,a,t1,EUR,"corner\r\nshop",\r\n' +
        '\r\n' +
        ',1,withdrawal,2026-05-06,a,t2,EUR,,red\r\n',
    );
    const { code, out } = await run([file]);
    expect(out).to.match(/^2 lines in .* s: 2 accepted, 0 replayed, 0 refused, 0 rejected\n$/);
    expect(code).to.equal(0);
    expect(ledger.openings).to.deep.equal([{ accountId: 'a', body: { name: 'a', currency: 'EUR' } }]);
    expect(ledger.effects.get('a')).to.deep.equal([
      {
        accountId: 'a',
        transactionId: 't1',
        type: 'deposit',
        amount: '100.50',
        currency: 'EUR',
        effectiveAt: '2026-05-05T10:00:00Z',
        description: 'rent, "May"',
        metadata: { shop: 'corner\nshop' },
      },
      {
        accountId: 'a',
        transactionId: 't2',
        type: 'withdrawal',
        amount: '1',
        currency: 'EUR',
        effectiveAt: '2026-05-06',
        metadata: { colour: 'red' },
      },
    ]);
  });

  it('reads NDJSON and gzip, whatever the file is called', async () => {
    const line = { accountId: 'a', transactionId: 't', type: 'deposit', amount: '1.00', metadata: { k: 'v' } };
    const file = await fileOf('some.data', gzipSync(`${JSON.stringify(line)}\n\n{"accountId":1}\nno\n`));
    const { code } = await run([file, '--currency', 'CZK']);
    expect(code).to.equal(2);
    expect(ledger.openings).to.deep.equal([{ accountId: 'a', body: { name: 'a', currency: 'CZK' } }]);
    expect(ledger.effects.get('a')).to.deep.equal([{ ...line, currency: 'CZK' }]);
    const [third, fourth] = await rejectedOf(file);
    expect(third).to.deep.equal({
      json: '{"accountId":1}',
      rejected_line: '3',
      rejected_reason: 'accountId is 1: expected a string',
    });
    expect(fourth).to.include({ json: 'no', rejected_line: '4' });
  });

  it('replays a file that it has imported before', async () => {
    const file = await fileOf('many.csv', manyLines(3_000, 7));
    expect((await run([file])).out).to.include('3,000 accepted');
    const again = await run([file]);
    expect(again.out).to.include(' 0 accepted, 3,000 replayed');
    expect(again.code).to.equal(0);
    expectEverythingOnce(3_000, 7);
    expect(existsSync(`${file}.rejected.csv`)).to.equal(false);
  });

  it('goes on from the first line without an outcome: 503 in the middle, connections cut, a ledger that is away', async () => {
    const stumbled = new Set<string>();
    ledger.misbehave = ({ transactionId }) => {
      const n = Number(transactionId.slice(1));
      if (stumbled.has(transactionId) || n % 97 !== 0) return undefined;
      stumbled.add(transactionId);
      return n % 2 === 0 ? 'cut' : { status: 503, type: '/problems/outcome-unknown' };
    };
    const away = new Set<string>();
    ledger.refuseOpening = (accountId) => {
      if (away.has(accountId)) return undefined;
      away.add(accountId);
      return { status: 503, detail: 'away' };
    };
    const file = await fileOf('many.csv', manyLines(1_500, 40));
    const { code, out } = await run([file]);
    expect(out).to.include('0 refused, 0 rejected');
    expect(code).to.equal(0);
    expect(stumbled.size).to.equal(16);
    expectEverythingOnce(1_500, 40);
  }).timeout(60_000);

  it('writes down what was not accepted, and why; mended, that file can be imported', async () => {
    ledger.misbehave = ({ transactionId }) => {
      if (transactionId === 't2') return { status: 402, type: '/problems/insufficient-funds' };
      if (transactionId === 't3') return { status: 409, type: '/problems/transaction-id-reused' };
      return undefined;
    };
    ledger.refuseOpening = (accountId) =>
      accountId === 'closed' ? { status: 422, detail: 'not this one' } : undefined;
    const file = await fileOf(
      'some.csv',
      `${header}t1,a,2026-01-01,deposit,1,x
t2,a,2026-01-01,withdrawal,"9",x
t3,a,2026-01-01,deposit,1,x
t4,a,2026-01-01,deposit,"1,50",x
t5,a,yesterday,deposit,1,x
t6,a,2026-01-01,deposit
t7,a,2026-01-01,deposit,1,"x
t8,a,2026-01-01,deposit,1,x
t9,closed,2026-01-01,deposit,1,x
`,
    );
    const { code, out } = await run([file]);
    expect(out).to.include('9 lines in').and.to.include('2 accepted, 0 replayed, 1 refused, 6 rejected');
    expect(out).to.include(`Not accepted: ${file}.rejected.csv`);
    expect(code).to.equal(2);
    expect(ledger.effects.get('a')?.map(({ transactionId }) => transactionId)).to.deep.equal(['t1', 't8']);
    const rejected = await rejectedOf(file);
    rejected.sort((left, right) => Number(left['rejected_line']) - Number(right['rejected_line']));
    expect(rejected.map((row) => row['rejected_line'])).to.deep.equal(['3', '4', '5', '6', '7', '8', '10']);
    expect(rejected[0]).to.deep.equal({
      transaction_id: 't2',
      account_id: 'a',
      date: '2026-01-01',
      type: 'withdrawal',
      amount: '9',
      kind: 'x',
      rejected_line: '3',
      rejected_reason: 'insufficient-funds: as the test wants',
    });
    expect(rejected.map((row) => row['rejected_reason']?.replace(/:.*/, ''))).to.deep.equal([
      'insufficient-funds',
      'transaction-id-reused',
      'amount is "1,50"',
      'date is "yesterday"',
      'the line has 4 columns, the header 6',
      'a quote is opened and never closed',
      "the account can't be opened",
    ]);

    ledger.misbehave = () => undefined;
    const mended = await fileOf(
      'mended.csv',
      'transaction_id,account_id,date,type,amount,kind,rejected_line,rejected_reason\nt4,a,2026-01-01,deposit,1.50,x,5,why\n',
    );
    expect((await run([mended])).code).to.equal(0);
    expect(ledger.effects.get('a')?.at(-1)?.metadata).to.deep.equal({ kind: 'x' });
  });

  describe('says why it could not run, with exit code 1', () => {
    it('a wrong header', async () => {
      const file = await fileOf('wrong.csv', 'account_id,type,amount,type\na,deposit,1,x\n');
      const { code, err } = await run([file]);
      expect(err).to.equal(
        `import: ${file}: line 1: transaction_id is missing; date (or effective_at) is missing; ` +
          'type is there twice; the columns are account_id, type, amount, type\n',
      );
      expect(code).to.equal(1);
    });

    it('columns that are not separated by commas, and a folder', async () => {
      const separatedBy = async (separator: string, name: string) => {
        const file = await fileOf(`${name}.csv`, manyLines(1, 1).replaceAll(',', separator));
        const { code, err } = await run([file]);
        expect(err).to.equal(
          `import: ${file}: line 1: the columns are separated by ${name}; save the file with commas\n`,
        );
        expect(code).to.equal(1);
      };
      const aFolder = async () =>
        expect(await run([folder])).to.deep.include({ code: 1, err: `import: ${folder}: this is a folder\n` });
      await Promise.all([separatedBy(';', 'semicolons'), separatedBy('\t', 'tabs'), aFolder()]);
    });

    it('no file, a file that is not there, an option that is not known, a wrong variable', async () => {
      const [none, missing, option, variable] = await Promise.all([
        run([]),
        run([join(folder, 'none.csv')]),
        run(['x.csv', '--curency', 'CZK']),
        run(['x.csv'], { LEDGER_URL: 'nowhere' }),
      ]);
      expect(none).to.deep.include({ code: 1, out: '' });
      expect(missing.code).to.equal(1);
      expect(missing.err).to.match(/^import: ENOENT.*none\.csv'\n$/);
      expect(option.code).to.equal(1);
      expect(option.err).to.match(/^import: .*--curency/);
      expect(variable.code).to.equal(1);
      expect(variable.err).to.match(/^import: LEDGER_URL=nowhere: .*\n$/);
    });

    it('a ledger that stays away, or settles nothing', async () => {
      const file = await fileOf('some.csv', manyLines(10, 2));
      ledger.misbehave = () => ({ status: 503, type: '/problems/overloaded' });
      const busy = await run([file, '--give-up-after', '0.3']);
      expect(busy.code).to.equal(1);
      expect(busy.err).to.include('gave up after 0.3 s').and.to.include('overloaded');
      await ledger.close();
      const manyAccounts = await fileOf('many.csv', manyLines(40, 40));
      const away = await run([manyAccounts, '--give-up-after', '0.3']);
      expect(away.code).to.equal(1);
      expect(away.err)
        .to.include('ECONNREFUSED')
        .and.to.include(ledger.url)
        .and.to.include('npm start')
        .and.not.to.include('Warning');
      ledger = await fakeLedger();
    });

    it('something that is no ledger', async () => {
      ledger.refuseOpening = () => ({ status: 404, detail: 'what?' });
      const { code, err } = await run([await fileOf('some.csv', manyLines(10, 2))]);
      expect(code).to.equal(1);
      expect(err).to.include('404: what?');
    });

    it('a gzip that ends early', async () => {
      const whole = gzipSync(manyLines(20_000, 5));
      const { code, err } = await run([await fileOf('half.csv.gz', whole.subarray(0, whole.length / 2))]);
      expect(code).to.equal(1);
      expect(err).to.include('half.csv.gz: the gzip is damaged');
    });
  });

  it('--help says how', async () => {
    const { code, out } = await run(['--help']);
    expect(code).to.equal(0);
    expect(out).to.include('LEDGER_URL').and.to.include('account_id, transaction_id');
  });
});
