import { type ReadModel, startReadModel } from '../read-model.fixture.ts';
import { checkHistories } from './check-histories.ts';
import { checkWhileRunning } from './check-running.ts';

describe('random histories with backdated lines, refusals and equal dates, against a plain array', function () {
  this.timeout(60_000);
  let model: ReadModel;

  before(async () => {
    model = await startReadModel();
  });
  after(() => model.stop());

  it('every answer is the naive one, whatever is projected, at all levels of consistency', async () => {
    await checkHistories(model, 20_261_122, 25);
  });

  it('so it is while the projector runs, as of the revision that the answer names', async () => {
    await checkWhileRunning(model, 20_261_122, 15);
  });
});
