import type { Connection, Pool } from '@ledger/shared/database/pool';
import { withSnapshot } from '@ledger/shared/database/transaction';
import { type Account, accountColumns, type StoredAccount } from './account.ts';
import { entriesOf, type ListFilter, type ListPlace } from './list-filter.ts';

/** Some of the accounts that fulfil a filter. */
export interface AccountPage {
  readonly accounts: readonly Account[];
  /** Where to go on; null at the end. */
  readonly next: ListPlace | null;
  /** Of the projection, as of which the accounts are; null before its first event. */
  readonly position: bigint | null;
  readonly generation: number;
}

/** A page for a filter that few accounts fulfil ends after it has looked at so many. */
const mostLooked = 10_000;

/** No name is so long. */
const aboveEveryName = '\u{10FFFF}'.repeat(201);

interface Candidates {
  readonly name: string;
  /** Those that fulfil a part of the filter, from an index, in the order of the list. */
  readonly text: string;
  readonly order: string;
  readonly values: readonly unknown[];
  readonly placeOf: (account: ListPlace) => ListPlace;
}

type Row = { readonly position: bigint | null; readonly generation: number } & (
  | StoredAccount
  | { readonly accountId: null }
);

/** At most `limit` accounts behind `after`, all of one moment. */
export async function listAccounts(
  pool: Pool,
  filter: ListFilter,
  after: ListPlace,
  limit: number,
): Promise<AccountPage> {
  const read = (db: Pool | Connection) => readPage(db, filter, after, limit);
  // Of the same moment as the accounts has to be what else was looked at.
  return entriesOf(filter).length > 0 ? withSnapshot(pool, read) : read(pool);
}

async function readPage(
  db: Pool | Connection,
  filter: ListFilter,
  after: ListPlace,
  limit: number,
): Promise<AccountPage> {
  const candidates = candidatesOf(filter, after);
  const { text, order, values } = candidates;
  const entries = entriesOf(filter);
  const [limitParameter, entriesParameter] = [`$${values.length + 1}`, `$${values.length + 2}::bytea[]`];
  const { rows } = await db.query<Row>({
    name: `list accounts ${candidates.name}${entries.length > 0 ? ' with metadata' : ''}`,
    text: `SELECT c.position, c.generation, a.*
             FROM projection_checkpoint c LEFT JOIN LATERAL (
               SELECT ${accountColumns} FROM (${text} LIMIT ${mostLooked}) candidate JOIN accounts a USING (account_id)
                ${entries.length > 0 ? `WHERE ${hasAll(entriesParameter)}` : ''}
                ORDER BY ${order} LIMIT ${limitParameter}) a ON true`,
    values: [...values, limit + 1, ...(entries.length > 0 ? [entries] : [])],
  });
  const accounts = rows.flatMap((row) => (row.accountId === null ? [] : [fromRow(row)]));
  const [{ position, generation } = { position: null, generation: 0 }] = rows;
  const shown = accounts.slice(0, limit);
  const last = shown.at(-1);
  const page = { accounts: shown, position, generation };
  if (last && accounts.length > limit) return { ...page, next: candidates.placeOf(last) };
  return { ...page, next: entries.length > 0 ? await lastLookedAt(db, candidates) : null };
}

function hasAll(entries: string): string {
  return `cardinality(${entries}) = (
    SELECT count(*) FROM account_metadata m WHERE m.entry = ANY (${entries}) AND m.account_id = a.account_id)`;
}

function candidatesOf(filter: ListFilter, after: ListPlace): Candidates {
  const { namePrefix } = filter;
  if (namePrefix !== undefined) {
    return {
      name: 'by name',
      text: `SELECT name, account_id FROM accounts
              WHERE name >= $1 AND name < $2 AND (name, account_id) > ($3, $4) ORDER BY name, account_id`,
      order: 'candidate.name, candidate.account_id',
      values: [namePrefix, namePrefix + aboveEveryName, after.name, after.accountId],
      placeOf: ({ name, accountId }) => ({ name, accountId }),
    };
  }
  const [entry] = entriesOf(filter);
  const ofEntry = entry ? { table: 'account_metadata', where: 'entry = $2 AND', values: [entry] } : undefined;
  return {
    name: 'by id',
    text: `SELECT account_id FROM ${ofEntry?.table ?? 'accounts'}
            WHERE ${ofEntry?.where ?? ''} account_id > $1 ORDER BY account_id`,
    order: 'candidate.account_id',
    values: [after.accountId, ...(ofEntry?.values ?? [])],
    placeOf: ({ accountId }) => ({ name: '', accountId }),
  };
}

/** Null: all candidates were looked at. */
async function lastLookedAt(
  db: Pool | Connection,
  { name, text, values, placeOf }: Candidates,
): Promise<ListPlace | null> {
  const { rows } = await db.query<{ name?: string; account_id: string }>({
    name: `list accounts ${name} looked at`,
    text: `SELECT * FROM (${text}) candidate OFFSET ${mostLooked - 1} LIMIT 1`,
    values: [...values],
  });
  const [row] = rows;
  return row ? placeOf({ name: row.name ?? '', accountId: row.account_id }) : null;
}

function fromRow({
  accountId,
  name,
  currency,
  decimals,
  metadata,
  balance,
  revision,
  openedAt,
  recordedAt,
}: StoredAccount): Account {
  return { accountId, name, currency, decimals, metadata, balance, revision: Number(revision), openedAt, recordedAt };
}
