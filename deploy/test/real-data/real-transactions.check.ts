import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { formatMinor, parseMinor } from '@ledger/shared/money';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { get } from '../end-to-end/http.fixture.ts';
import {
  type LedgerProcess,
  repository,
  startLedger,
  type TestLedger,
  temporaryFolder,
} from '../end-to-end/ledger.fixture.ts';
import { until } from '../until.fixture.ts';
import { type BankBalances, readBankBalances, statementFile, statementIsThere } from './bank-statement.fixture.ts';

const askedAtOnce = 16;
const patienceMs = 60_000;

describe('46,022 real transactions', function () {
  this.timeout(600_000);
  let bank: BankBalances;
  let ledger: TestLedger;

  before(async function skipWithoutTheData() {
    if (!statementIsThere) {
      console.log(`      skipped: ${statementFile} is not there`);
      this.skip();
    }
    bank = await readBankBalances();
  });

  describe('imported into an empty ledger', () => {
    before(async () => {
      ledger = await startLedger();
    });
    after(() => ledger?.stop());

    it('are all accepted', async () => {
      const started = performance.now();
      const { code, output } = await startImport(ledger.gateway).ended;
      expect(code, output).to.equal(0);
      const [accepted, replayed] = [countOf(output, 'accepted'), countOf(output, 'replayed')];
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`      import: ${seconds} s, ${accepted} accepted at once, ${replayed} asked for again`);
      // On a busy machine an answer can miss its deadline; the import then asks again, and hears of the first outcome.
      expect(accepted + replayed, output).to.equal(bank.lines);
    });

    it('lead to the bank’s own balance of every account at the end of every day on which it moved', async () => {
      await expectBankBalances(ledger.gateway, bank);
    });

    it('lead to statements with the bank’s own balance at the end of every day', async () => {
      await expectBankStatements(ledger.gateway, bank);
    });

    it('lead to the total of the bank’s own balances on every day', async () => {
      await expectBankTotals(ledger.gateway, bank);
    });

    it('are all replayed when imported again, and change nothing', async () => {
      const before = await accountStates(ledger.gateway, bank);
      const { code, output } = await startImport(ledger.gateway).ended;
      expect(code, output).to.equal(0);
      expect(countOf(output, 'replayed'), output).to.equal(bank.lines);
      expect(await accountStates(ledger.gateway, bank)).to.deep.equal(before);
    });
  });

  describe('imported while each process in turn is killed with SIGKILL', () => {
    after(() => ledger?.stop());

    it('take effect once each, and lead to the same balances', async () => {
      const env = { LEDGER_DATA_DIR: await temporaryFolder() };
      ledger = await startLedger(env);
      const ports = { ...env, ...portsOf(ledger) };
      const importing = startImport(ledger.gateway);
      const victims: LedgerProcess[] = [
        'command-api',
        'event-store',
        'projector',
        'postgres',
        'postgres-watcher',
        'query-api',
        'gateway',
      ];
      for (const victim of victims) {
        await someLinesMore(ledger, bank);
        expect(importing.child.exitCode, `the import had ended before ${victim} was killed`).to.equal(null);
        const pid = ledger.signal(victim, 'SIGKILL');
        await until(`${victim} runs again`, () => isReplaced(ledger, victim, pid), patienceMs);
        await until('the ledger is ready', () => isReady(ledger.gateway), patienceMs);
      }
      expect(importing.child.exitCode, 'the import had ended before the supervisor was killed').to.equal(null);
      process.kill(ledger.pid, 'SIGKILL');
      await ledger.ended;
      ledger = await startLedger(ports);
      const first = await importing.ended;
      expect(first.code, first.output).to.equal(0);
      const again = await startImport(ledger.gateway).ended;
      expect(again.code, again.output).to.equal(0);
      expect(countOf(again.output, 'replayed'), again.output).to.equal(bank.lines);
      await expectBankBalances(ledger.gateway, bank);
    });
  });
});

function startImport(ledgerUrl: string): {
  child: ChildProcess;
  ended: Promise<{ code: number | null; output: string }>;
} {
  const args = ['run', '--silent', 'import', '--', statementFile, '--currency', 'CZK'];
  const child = spawn('npm', args, {
    cwd: repository,
    env: { ...process.env, LEDGER_URL: ledgerUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return { child, ended: once(child, 'close').then(([code]) => ({ code, output })) };
}

/** From the import's last line: `46,022 lines in 20.6 s: 46,022 accepted, 0 replayed, 0 refused, 0 rejected`. */
function countOf(output: string, what: string): number {
  return Number(new RegExp(`([\\d,]+) ${what}`).exec(output)?.[1]?.replaceAll(',', ''));
}

async function expectBankBalances(origin: string, bank: BankBalances): Promise<void> {
  await allProjected(origin);
  const questions = [...bank.accounts].flatMap(([account, days]) =>
    [...days].map(([day, balance]) => ({ account, balance, path: `/balance?at=${day}T23:59:59.999Z` })),
  );
  const current = [...bank.accounts].map(([account, days]) => {
    return { account, balance: [...days.values()].at(-1) ?? '', path: '/balance' };
  });
  const wrong: string[] = [];
  await atOnce([...questions, ...current], async ({ account, balance, path }) => {
    const { body } = await get(`${origin}/v1/accounts/${account}${path}`);
    if (body['balance'] !== balance) wrong.push(`${account}${path}: ${body['balance']}, not ${balance}`);
  });
  console.log(`      compared: ${questions.length} balances at a date, ${current.length} current ones`);
  expect(wrong).to.deep.equal([]);
}

/** Every line of every account, as CSV: what the last line of a day leaves is the bank's balance until the next. */
async function expectBankStatements(origin: string, bank: BankBalances): Promise<void> {
  const wrong: string[] = [];
  await atOnce([...bank.accounts], async ([account, days]) => {
    const response = await fetch(`${origin}/v1/accounts/${account}/transactions.csv`);
    const rows: Record<string, string>[] = parse(await response.text(), { columns: true });
    const lines = rows.filter(({ line }) => line === 'deposit' || line === 'withdrawal');
    const found = new Map(lines.map((line) => [line['effectiveAt']?.slice(0, 10), line['runningBalance']]));
    const closing = rows.at(-1)?.['runningBalance'];
    if (closing !== [...days.values()].at(-1)) wrong.push(`${account} closes with ${closing}`);
    if (JSON.stringify([...found]) !== JSON.stringify([...days])) wrong.push(`${account} has other days`);
  });
  expect(wrong).to.deep.equal([]);
}

async function expectBankTotals(origin: string, bank: BankBalances): Promise<void> {
  const changes = new Map<string, bigint>();
  for (const days of bank.accounts.values()) {
    let before = 0n;
    for (const [day, text] of days) {
      const balance = parseMinor(text, 2);
      changes.set(day, (changes.get(day) ?? 0n) + balance - before);
      before = balance;
    }
  }
  const wrong: string[] = [];
  let total = 0n;
  for (const day of [...changes.keys()].sort()) {
    total += changes.get(day) ?? 0n;
    const { body } = await get(`${origin}/v1/totals?at=${day}`);
    const [found] = (body as { totals: { currency: string; amount: string }[] }).totals;
    if (found?.currency !== 'CZK' || found.amount !== formatMinor(total, 2)) wrong.push(`${day}: ${found?.amount}`);
  }
  console.log(`      compared: totals of ${changes.size} days`);
  expect(wrong).to.deep.equal([]);
}

async function accountStates(origin: string, bank: BankBalances): Promise<Map<string, unknown>> {
  await allProjected(origin);
  const states = new Map<string, unknown>();
  await atOnce([...bank.accounts.keys()], async (account) => {
    states.set(account, (await get(`${origin}/v1/accounts/${account}?consistency=strong`)).body);
  });
  return new Map([...states].sort());
}

const allProjected = (origin: string) =>
  until(
    'everything is projected',
    async () => {
      const { status, body } = await get(`${origin}/v1/status`);
      return status === 200 && (body as { lag?: { events?: unknown } }).lag?.events === 0;
    },
    patienceMs,
  );

async function atOnce<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: askedAtOnce }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}

/** Waits until the import has come further by a twentieth of all there is. */
async function someLinesMore(ledger: TestLedger, bank: BankBalances): Promise<void> {
  const step = bank.lines / 20;
  const before = await projectedLines(ledger);
  await until('some more lines are imported', async () => (await projectedLines(ledger)) >= before + step, patienceMs);
}

async function projectedLines(ledger: TestLedger): Promise<number> {
  const text = await (await fetch(`${ledger.projector}/metrics`)).text();
  return Number(/^projector_events_total\{[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
}

async function isReady(origin: string): Promise<boolean> {
  try {
    return (await get(`${origin}/readyz`)).status === 200;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function isReplaced(ledger: TestLedger, victim: LedgerProcess, former: number): boolean {
  const pid = ledger.pidOf(victim);
  return pid !== undefined && pid !== former;
}

function portsOf(ledger: TestLedger): Record<string, string> {
  const port = (url: string) => new URL(url).port;
  return {
    GATEWAY_PORT: port(ledger.gateway),
    COMMAND_API_PORT: port(ledger.commandApi),
    QUERY_API_PORT: port(ledger.queryApi),
    PROJECTOR_PORT: port(ledger.projector),
  };
}
