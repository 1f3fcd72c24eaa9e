import { createLog } from '@ledger/shared/log';
import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import { projectionMetrics } from '../../../projector/src/pipeline/projection-metrics.ts';
import { startProjector } from '../../../projector/src/pipeline/projector.ts';
import { type AccountHistory, appendHistory } from '../account-history.fixture.ts';
import { type ReadModel, smallSizes } from '../read-model.fixture.ts';
import { until } from '../until.fixture.ts';
import { type Dates, naiveBalance } from './naive-account.ts';
import { historyOf, hours, type Scenario, scenario } from './scenario.ts';

/**
 * Random histories that come while the projector runs: strong reads and those of the newest revision are exact; a default
 * read is exact as of the revision that it names, which never goes back.
 */
export async function checkWhileRunning(model: ReadModel, seed: number, numRuns: number): Promise<void> {
  const projector = startProjector({
    databaseUrl: model.databaseUrl,
    store: model.store,
    log: createLog('test', 'silent'),
    metrics: projectionMetrics(new Registry()),
    batchEvents: 5,
    batchWaitMs: 0,
    versionSizes: smallSizes,
  });
  let accounts = 0;
  try {
    await fc.assert(
      fc.asyncProperty(scenario, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (drawn, pieces) =>
        checkHistory(model, drawn, pieces, `running-${seed}-${accounts++}`),
      ),
      { seed, numRuns },
    );
  } finally {
    await projector.stop();
  }
}

async function checkHistory(
  model: ReadModel,
  drawn: Scenario,
  pieces: readonly number[],
  accountId: string,
): Promise<void> {
  const history = historyOf(drawn, accountId);
  const seen = { revision: -1 };
  for (let appended = 0, piece = 0; appended < history.events.length; piece++) {
    appended = Math.min(history.events.length, appended + (pieces[piece % pieces.length] ?? 1));
    await appendHistory(model.store, history, appended);
    for (const { at, knownAt } of [{ at: undefined, knownAt: undefined }, ...drawn.dates]) {
      const asked = {
        at: at === undefined ? undefined : hours(at),
        knownAt: knownAt === undefined ? undefined : hours(knownAt),
      };
      await Promise.all([
        checkExact(model, history, appended - 1, asked, 'consistency=strong'),
        checkExact(model, history, appended - 1, asked, `minRevision=${appended - 1}`),
        checkDefault(model, history, appended - 1, asked, seen),
      ]);
    }
  }
  await until(`${accountId} is projected`, async () => {
    const { body } = await model.get(`/v1/accounts/${accountId}`);
    return body['revision'] === history.revision;
  });
}

function pathOf(accountId: string, dates: Dates, level: string): string {
  const query = Object.entries(dates).flatMap(([name, date]) =>
    date === undefined ? [] : [`${name}=${formatInstant(date)}`],
  );
  return `/v1/accounts/${accountId}/balance?${[...query, level].join('&')}`;
}

async function checkExact(
  model: ReadModel,
  history: AccountHistory,
  upTo: number,
  dates: Dates,
  level: string,
): Promise<void> {
  const path = pathOf(history.accountId, dates, level);
  const { status, body } = await model.get(path);
  expect({ status, body }, path).to.deep.equal({ status: 200, body: naiveBalance(history, upTo, dates) });
}

async function checkDefault(
  model: ReadModel,
  history: AccountHistory,
  appended: number,
  dates: Dates,
  seen: { revision: number },
): Promise<void> {
  const path = pathOf(history.accountId, dates, '');
  const least = seen.revision;
  const { status, body } = await model.get(path);
  if (status === 404) {
    expect(least, 'an account that was there before').to.equal(-1);
    return;
  }
  expect(status, path).to.equal(200);
  const possible = Array.from({ length: appended - Math.max(0, least) + 1 }, (_, n) => Math.max(0, least) + n);
  const exact = possible.find((upTo) => JSON.stringify(naiveBalance(history, upTo, dates)) === JSON.stringify(body));
  if (exact === undefined) {
    expect(body, `${path}, as of a revision from ${least} to ${appended}`).to.deep.equal(
      naiveBalance(history, appended, dates),
    );
  } else if (dates.knownAt === undefined) {
    expect(body['revision']).to.equal(exact);
    seen.revision = Math.max(seen.revision, exact);
  }
}
