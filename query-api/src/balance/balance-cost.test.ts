import { formatInstant } from '@ledger/shared/time';
import { expect } from 'chai';
import { recordedAtOf } from '../../../deploy/test/long-history-rows.fixture.ts';
import { type ReadModel, startReadModel } from '../../../deploy/test/read-model.fixture.ts';
import {
  nodesOf,
  type RecordedStatements,
  recordStatements,
} from '../../../deploy/test/recorded-statements.fixture.ts';
import { largeDatabase } from '../large-tables.fixture.ts';

/** A piece of the index: the lines recorded after a version. A leaf is one row. */
const tailRows = 256;

describe('what a dated balance costs in PostgreSQL', function () {
  this.timeout(60_000);
  let model: ReadModel;
  let recorded: RecordedStatements;

  before(async () => {
    model = await startReadModel({ databaseUrl: await largeDatabase() });
    recorded = recordStatements(model.readPool);
  });
  after(() => model.stop());

  interface Cost {
    lookUps: number;
    rows: number;
    buffers: number;
  }

  async function costOf(path: string): Promise<Cost> {
    recorded.forget();
    const { status, body } = await model.get(path);
    expect({ status, body }, path).to.have.property('status', 200);
    const cost = { lookUps: 0, rows: 0, buffers: 0 };
    for (const statement of recorded.statements) {
      const plan = await recorded.explain(statement);
      cost.buffers += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
      for (const node of nodesOf(plan)) {
        expect(node['Node Type']).not.to.match(/Bitmap|Sort|Hash|Merge/);
        const relation = node['Relation Name'];
        if (relation === undefined) continue;
        // It has one row.
        if (relation !== 'projection_checkpoint') expect(node['Node Type'], relation).to.match(/^Index/);
        expect(node['Rows Removed by Filter'] ?? 0).to.equal(0);
        const ids = statement.values.find(Array.isArray)?.length;
        cost.lookUps += node['Actual Loops'] * (relation.endsWith('nodes') ? (ids ?? 1) : 1);
        cost.rows += node['Actual Rows'] * node['Actual Loops'];
      }
    }
    return cost;
  }

  const dates = (lines: number) =>
    [0.001, 0.3, 0.5, 0.77, 0.999].flatMap((part) => {
      const date = formatInstant(recordedAtOf(Math.floor(lines * part)));
      const later = formatInstant(recordedAtOf(Math.floor(lines * (part + 1) * 0.5)));
      return [`at=${date}`, `knownAt=${date}`, `at=${date}&knownAt=${later}`, `at=${later}&knownAt=${date}`];
    });

  for (const lines of [1_000, 100_000]) {
    it(`is at most 6 look-ups and two bounded pieces, of ${lines.toLocaleString('en')} lines`, async () => {
      for (const query of dates(lines)) {
        const { lookUps, rows, buffers } = await costOf(`/v1/accounts/long-${lines}/balance?${query}`);
        expect(lookUps, query).to.be.at.most(6);
        expect(rows, query).to.be.at.most(tailRows + 6);
        // A look-up passes through an index and to a row; a line of the tail may have to be looked at in the table.
        expect(buffers, query).to.be.at.most(6 * 5 + tailRows + 10);
      }
    });
  }

  it('is a row or two, of the current balance', async () => {
    expect(await costOf('/v1/accounts/long-100000/balance')).to.deep.include({ lookUps: 2, rows: 2 });
  });
});
