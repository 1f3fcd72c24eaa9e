import { expect } from 'chai';
import { UsageError } from '../../command-line.ts';
import { planFor } from './plan.ts';

describe('the plan of the commands benchmark', () => {
  const cellsOf = (given: Record<string, string>) =>
    planFor(false, given).cells.map(({ workload, connections, goal }) => `${workload.name} ${connections} ${goal}`);

  it('has every cell with its goal, in both settings', () => {
    expect(cellsOf({})).to.deep.equal([
      'hot 1 0.7',
      'hot 32 4',
      'hot 128 6',
      'spread 1 0.6',
      'spread 32 1.3',
      'spread 128 1.6',
      'zipf 1 0.6',
      'zipf 32 1.5',
      'zipf 128 2',
      'replay 1 0.8',
      'replay 32 1.3',
      'replay 128 1.6',
      'bulk-1000 4 3',
      'bulk-10 4 12',
    ]);
    expect(planFor(true, {}).settings.map(({ name, hasGoals }) => [name, hasGoals])).to.deep.equal([
      ['command-api', true],
      ['gateway', false],
    ]);
  });

  it('is one cell, or some, where that is asked for', () => {
    expect(cellsOf({ workload: 'hot', connections: '32' })).to.deep.equal(['hot 32 4']);
    expect(cellsOf({ connections: '4' })).to.deep.equal(['bulk-1000 4 3', 'bulk-10 4 12']);
    expect(planFor(false, { at: 'gateway' }).settings.map(({ name }) => name)).to.deep.equal(['gateway']);
  });

  it('is over fewer accounts where it is to be quick', () => {
    const accountsOf = (quick: boolean, workload: string) => planFor(quick, { workload }).accounts;
    expect([accountsOf(false, 'spread'), accountsOf(true, 'spread'), accountsOf(false, 'hot')]).to.deep.equal([
      10_000, 2_000, 1,
    ]);
    expect(planFor(false, { workload: 'bulk-10' }).accounts, 'of what it is compared with').to.equal(10_000);
  });

  it('compares bulk with what the row-lock service does on spread at 32', () => {
    const [cell] = planFor(false, { workload: 'bulk-10' }).cells;
    expect(cell?.compared.workload.name).to.equal('spread');
    expect(cell?.compared.connections).to.equal(32);
  });

  it('says what there is where something else is asked for', () => {
    const told = (given: Record<string, string>) => () => planFor(false, given);
    expect(told({ workload: 'warm' })).to.throw(UsageError, 'hot, spread');
    expect(told({ workload: 'hot', connections: '33' })).to.throw(UsageError, 'there is 1, 32, 128');
    expect(told({ at: 'home' })).to.throw(UsageError, 'command-api or gateway');
  });
});
