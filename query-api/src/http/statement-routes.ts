import { formatMinor } from '@ledger/shared/money';
import { invalidRequest } from '@ledger/shared/problems';
import { formatInstant, type Instant } from '@ledger/shared/time';
import type { z } from 'zod';
import type { ReadSide } from '../read-side.ts';
import { readCursor } from '../statement/cursor.ts';
import type { StatementRange } from '../statement/range.ts';
import { allEntries, readPage, readStatement, type Statement } from '../statement/statement.ts';
import type { AnsweredOf } from './answered.ts';
import { statementAnswer } from './answers.ts';
import { type Api, type Csv, getCsvOperation, getOperation } from './operation.ts';
import { accountParams, cursorParameter, limitParameter, statementQuery, wantedOf } from './parameters.ts';
import { showOutcome } from './show-outcome.ts';
import { statementCsv } from './statement-csv.ts';

const problems = ['account-not-found', 'revision-not-reached', 'read-model-behind'] as const;
const path = '/v1/accounts/{accountId}/transactions';

/** An account's statement, in pages or as CSV. */
export function statementRoutes(api: Api, side: ReadSide): void {
  const csv: Csv<typeof accountParams, typeof statementQuery> = {
    query: statementQuery,
    async read({ accountId }, query) {
      const statement = await readStatement(side, accountId, rangeOf(query), undefined, wantedOf(query));
      return { body: statementCsv(statement, allEntries(side.pool, statement)), of: ofStatement(statement) };
    },
  };

  getOperation(api, {
    operationId: 'getStatement',
    summary: 'A statement: entries by effective date, with the balance after each',
    description:
      'All pages are of one moment: a cursor pins the account’s revision of the first page. ' +
      'As `text/csv` it is the whole range, without pages: see `getStatementCsv`.',
    path,
    params: accountParams,
    query: statementQuery.extend({
      limit: limitParameter,
      cursor: cursorParameter('; it stands for `from`, `to`, `knownAt`, `order` and `types` too'),
    }),
    answer: statementAnswer,
    problems: [...problems, 'not-acceptable'],
    async read({ accountId }, { cursor: cursorText, limit, ...query }) {
      const cursor = cursorText === undefined ? undefined : readCursor(cursorText, accountId, query);
      const range = cursor?.range ?? rangeOf(query);
      const statement = await readStatement(side, accountId, range, cursor, wantedOf(query));
      const page = await readPage(side.pool, statement, cursor?.last, limit);
      const { decimals } = statement.known;
      const body = {
        ...showHead(statement),
        transactions: page.entries.map((entry) => ({
          ...showOutcome(entry, decimals),
          runningBalance: formatMinor(entry.runningBalance, decimals),
        })),
        closingBalance: formatMinor(statement.closingBalance, decimals),
        nextCursor: page.nextCursor,
      };
      return { body, of: ofStatement(statement) };
    },
    csv,
  });

  getCsvOperation(api, {
    operationId: 'getStatementCsv',
    summary: 'A statement as CSV (RFC 4180), of any length, all of one moment',
    description:
      'The first line names the columns. The first and the last line after it are the opening and the closing balance, ' +
      'the other way round where `order` is `desc`: an answer that does not end with one was cut off. `change` is what ' +
      'the balance changed by. A description that a spreadsheet could take for a formula, or that begins with an ' +
      'apostrophe, has an apostrophe before it.',
    path: `${path}.csv`,
    params: accountParams,
    problems,
    ...csv,
  });
}

type Asked = Omit<z.output<typeof statementQuery>, 'consistency' | 'minRevision'>;

function rangeOf({ from, to, knownAt, order = 'asc', types = ['Deposited', 'Withdrawn'] }: Asked): StatementRange {
  if (from !== undefined && to !== undefined && to < from) {
    throw invalidRequest([{ field: 'to', message: 'expected a date that is not before `from`' }]);
  }
  return { from, to, knownAt, order, types };
}

function showHead({ known, range, openingBalance }: Statement) {
  const { accountId, currency, decimals, upTo } = known;
  const { from, to, knownAt, order, types } = range;
  return {
    accountId,
    currency,
    revision: upTo.revision,
    ...shownWhereGiven({ from, to, knownAt }),
    order,
    types: [...types],
    openingBalance: formatMinor(openingBalance, decimals),
  };
}

function shownWhereGiven(dates: Readonly<Record<'from' | 'to' | 'knownAt', Instant | undefined>>) {
  const given = Object.entries(dates).flatMap(([name, date]) =>
    date === undefined ? [] : [[name, formatInstant(date)] as const],
  );
  return Object.fromEntries(given);
}

function ofStatement({ known }: Statement): AnsweredOf {
  const { generation, upTo, final } = known;
  return { generation, revision: upTo.revision, final };
}
