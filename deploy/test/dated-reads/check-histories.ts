import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import fc from 'fast-check';
import { type AccountHistory, appendHistory } from '../account-history.fixture.ts';
import type { ReadModel } from '../read-model.fixture.ts';
import { type Dates, naiveBalance } from './naive-account.ts';
import { historyOf, hours, type Scenario, scenario } from './scenario.ts';

/**
 * Random histories, asked about at every level of consistency while nothing, a part and all of them is projected, with and
 * without versions of the dated history: every answer is the naive one.
 */
export async function checkHistories(model: ReadModel, seed: number, numRuns: number): Promise<void> {
  let accounts = 0;
  await fc.assert(
    fc.asyncProperty(scenario, (drawn) => checkHistory(model, drawn, `account-${seed}-${accounts++}`)),
    { seed, numRuns },
  );
}

async function checkHistory(model: ReadModel, drawn: Scenario, accountId: string): Promise<void> {
  const history = historyOf(drawn, accountId);
  const before = model.store.events.length;
  await appendHistory(model.store, history);
  let projected = 0;
  for (const stage of [...drawn.stages, { projected: 100, makesVersions: true }]) {
    projected = Math.max(projected, Math.floor((history.events.length * stage.projected) / 100));
    await model.project(before + projected);
    if (stage.makesVersions) await model.makeVersions(accountId);
    await checkBalances(model, history, projected - 1, drawn.dates);
  }
}

async function checkBalances(
  model: ReadModel,
  history: AccountHistory,
  projectedRevision: number,
  dates: Scenario['dates'],
): Promise<void> {
  const newest = history.revision;
  for (const { at, knownAt } of [...dates, { at: undefined, knownAt: undefined }]) {
    const asked: Dates = {
      at: at === undefined ? undefined : hours(at),
      knownAt: knownAt === undefined ? undefined : hours(knownAt),
    };
    const query = Object.entries(asked).flatMap(([name, date]) =>
      date === undefined ? [] : [`${name}=${formatInstant(date)}`],
    );
    for (const level of ['consistency=strong', `minRevision=${newest}`, '']) {
      const upTo = level === '' ? projectedRevision : newest;
      const path = `/v1/accounts/${history.accountId}/balance?${[...query, level].join('&')}`;
      const { status, body } = await model.get(path);
      const said = `${path}, projected up to ${projectedRevision}`;
      if (upTo < 0) expect(body['type'], said).to.equal('/problems/account-not-found');
      else expect({ status, body }, said).to.deep.equal({ status: 200, body: naiveBalance(history, upTo, asked) });
    }
  }
}
