import { expect } from 'chai';
import { commandsOf, deltaMinor, FUNDS_MINOR } from './commands.ts';

describe("a workload's commands", () => {
  const accounts = 3;
  const take = (slice: string, count: number) => {
    const next = commandsOf({ accounts, choice: 'even' }, slice);
    return Array.from({ length: count }, () => next());
  };

  it('are the same in the same slice, whoever asks', () => {
    expect(take('a', 100)).to.deep.equal(take('a', 100));
  });

  it('have ids of their own in every slice', () => {
    const ids = [...take('a', 100), ...take('b', 100)].map(({ transactionId }) => transactionId);
    expect(new Set(ids).size).to.equal(200);
  });

  it('are deposits mostly, over all accounts, and no withdrawal is ever too large', () => {
    const commands = take('long', 20_000);
    const balances = new Array<number>(accounts).fill(FUNDS_MINOR);
    for (const command of commands) {
      const balance = (balances[command.account] ?? Number.NaN) + deltaMinor(command);
      balances[command.account] = balance;
      if (!(balance >= 0 && command.amountMinor >= 1)) throw new Error(JSON.stringify(command));
    }
    const withdrawals = commands.filter(({ type }) => type === 'withdrawal');
    expect(withdrawals.length / commands.length).to.be.closeTo(0.2, 0.02);
    for (const balance of balances) expect(balance).to.be.above(FUNDS_MINOR);
  });
});
