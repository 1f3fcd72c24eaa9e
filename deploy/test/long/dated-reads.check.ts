import { randomInt } from 'node:crypto';
import { checkHistories } from '../dated-reads/check-histories.ts';
import { checkWhileRunning } from '../dated-reads/check-running.ts';
import { type ReadModel, startReadModel } from '../read-model.fixture.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const runs = Number(process.env['RUNS'] ?? 5_000);

describe(`balances and statements of ${runs} random histories (SEED=${seed})`, function () {
  this.timeout(15 * 60_000);
  let model: ReadModel;

  before(async () => {
    model = await startReadModel();
  });
  after(() => model.stop());

  it('are those of a plain array, with nothing, a part and all of them projected, at all levels of consistency', () =>
    checkHistories(model, seed, runs));

  it('are those of a plain array while the projector runs', () => checkWhileRunning(model, seed, Math.ceil(runs / 10)));
});
