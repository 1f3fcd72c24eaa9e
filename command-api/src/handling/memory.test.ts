import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const script = join(import.meta.dirname, 'memory.fixture.ts');
const node = ['--expose-gc', '--import', 'tsx', '--conditions', 'ledger-source'];

const cases = [
  [1, 1_000_000, 'random', 40],
  [1, 1_000_000, 'rising', 40],
  [10_000, 100, 'random', 60],
] as const;

async function measured([accounts, transactions, order]: (typeof cases)[number]) {
  const args = [accounts, transactions, order].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [...node, script, ...args], { timeout: 60_000 });
  return JSON.parse(stdout) as Record<'measuredBytes' | 'sizeBytes', number>;
}

describe('what a transaction takes in memory, with its place in the index and in the timeline', () => {
  let all: readonly PromiseSettledResult<Awaited<ReturnType<typeof measured>>>[];

  // Each in a process of its own: at the same time they take half as long, and measure the same.
  before(async () => {
    all = await Promise.allSettled(cases.map(measured));
  });

  for (const [at, [accounts, transactions, order, mostBytes]] of cases.entries()) {
    it(`is at most ${mostBytes} bytes with ${accounts} accounts of ${transactions} at ${order} dates, and is known`, () => {
      const result = all[at];
      if (result?.status !== 'fulfilled') throw new Error('it could not be measured', { cause: result?.reason });
      const { measuredBytes, sizeBytes } = result.value;
      const bytes = measuredBytes / (accounts * transactions);
      console.log(`        ${bytes.toFixed(1)} bytes, of which ${(sizeBytes / measuredBytes).toFixed(3)} are known`);
      expect(bytes).to.be.within(24, mostBytes);
      expect(sizeBytes / measuredBytes).to.be.within(0.85, 1.15);
    });
  }
});
