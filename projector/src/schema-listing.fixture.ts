import type { Pool } from '@ledger/shared/database/pool';

/** Columns with their collation where it is not the database's, their default, and whether they may be null. */
const columns = `
  SELECT c.relname AS "table", format('%I %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attcollation <> t.typcollation THEN format(' COLLATE %I', l.collname) END,
           ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
           CASE WHEN a.attnotnull THEN ' NOT NULL' END) AS line
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY a.attnum`;

/** NOT NULL is told by the columns; since PostgreSQL 18 it is a constraint (n) too. */
const constraints = `
  SELECT c.relname AS "table", format('%I %s', o.conname, pg_get_constraintdef(o.oid)) AS line
    FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
   WHERE c.relnamespace = 'public'::regnamespace AND o.contype <> 'n' ORDER BY o.conname COLLATE "C"`;

const indexes = `
  SELECT tablename AS "table", indexdef AS line FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname COLLATE "C"`;

const tables = `
  SELECT relname AS name, array_to_string(reloptions, ', ') AS options FROM pg_class
   WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname COLLATE "C"`;

const sequences = `
  SELECT format('sequence %I: %s from %s by %s', sequencename, data_type, start_value, increment_by) AS line
    FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename COLLATE "C"`;

/** Other kinds of things, of which there should be none. */
const others = `
  SELECT format('%s of kind %s', relname, relkind) AS line FROM pg_class
   WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('r', 'i', 'S') ORDER BY relname COLLATE "C"`;

interface Line {
  readonly table: string;
  readonly line: string;
}

/** Everything that the migrations have made, in an order that does not depend on how. */
export async function listSchema(pool: Pool): Promise<string> {
  const parts: Line[][] = [];
  for (const query of [columns, constraints, indexes]) parts.push((await pool.query<Line>(query)).rows);
  const found = await pool.query<{ name: string; options: string | null }>(tables);
  const listed = found.rows.map(({ name, options }) => {
    const lines = parts.map((rows) => rows.flatMap(({ table, line }) => (table === name ? [`  ${line}`] : [])));
    return [`table ${name}${options ? ` WITH (${options})` : ''}`, ...lines.flat()].join('\n');
  });
  for (const query of [sequences, others]) {
    listed.push(...(await pool.query<{ line: string }>(query)).rows.map(({ line }) => line));
  }
  return `${listed.join('\n\n')}\n`;
}
