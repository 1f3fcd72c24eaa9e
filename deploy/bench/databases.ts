import pg from 'pg';

/** Lends `use` a connection of its own. */
export async function withDatabase<T>(url: string, use: (database: pg.Client) => Promise<T>): Promise<T> {
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  try {
    return await use(database);
  } finally {
    await database.end();
  }
}

/** Makes an empty database on the same server. @param name of lower-case letters, digits and `_` @returns its URL */
export async function createDatabase(url: string, name: string): Promise<string> {
  await withDatabase(url, (database) => database.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`));
  const created = new URL(url);
  created.pathname = `/${name}`;
  return created.href;
}

export interface TableSize {
  readonly table: string;
  /** With its indexes and what is stored apart. */
  readonly bytes: number;
  readonly indexBytes: number;
}

/** What the tables take on disk, the largest first. */
export async function readTableSizes(url: string): Promise<readonly TableSize[]> {
  const { rows } = await withDatabase(url, (database) =>
    database.query<{ table: string; bytes: string; index_bytes: string }>(
      `SELECT relname AS table, pg_total_relation_size(oid) AS bytes, pg_indexes_size(oid) AS index_bytes
         FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC`,
    ),
  );
  return rows.map(({ table, bytes, index_bytes }) => ({
    table,
    bytes: Number(bytes),
    indexBytes: Number(index_bytes),
  }));
}
