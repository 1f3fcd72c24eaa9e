import type { Pool } from '@ledger/shared/database/pool';
import pg from 'pg';

export interface RecordedStatement {
  readonly name: string | undefined;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A node of a plan, as EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) shows it. Rows are those of one loop. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  /** Pages of this node and all below it. */
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

export interface RecordedStatements {
  /** What was sent since, in order: SELECT and WITH, not BEGIN and the like. */
  readonly statements: readonly RecordedStatement[];
  forget(): void;
  /** Runs a statement again, prepared as it was, and tells how. */
  explain(statement: RecordedStatement): Promise<PlanNode>;
}

/** Records the statements that a pool sends from now on: make it before its first connection. */
export function recordStatements(pool: Pool): RecordedStatements {
  if (pool.totalCount > 0) throw new Error('the pool has connections already, whose statements would be missed');
  let statements: RecordedStatement[] = [];
  let explaining = false;
  pool.on('connect', (client) => {
    const query = client.query as (...args: unknown[]) => unknown;
    function recorded(config: string | pg.QueryConfig, values?: unknown, ...rest: unknown[]): unknown {
      const { name, text, values: own } = typeof config === 'string' ? { text: config } : config;
      const given = own ?? (Array.isArray(values) ? values : []);
      if (!explaining && /^\s*(SELECT|WITH)\b/.test(text)) statements.push({ name, text, values: given });
      return query.call(client, config, values, ...rest);
    }
    Object.assign(client, { query: recorded });
  });
  return {
    get statements() {
      return statements;
    },
    forget() {
      statements = [];
    },
    async explain({ text, values }) {
      const client = await pool.connect();
      explaining = true;
      try {
        await client.query(`PREPARE explained AS ${text}`);
        const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained${given}`,
        );
        await client.query('DEALLOCATE explained');
        const plan = rows[0]?.['QUERY PLAN'][0].Plan;
        if (!plan) throw new Error('EXPLAIN did not answer');
        return plan;
      } finally {
        explaining = false;
        client.release();
      }
    },
  };
}

/** A plan's nodes, from the top. */
export function nodesOf(plan: PlanNode): readonly PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** EXECUTE takes no parameters. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  return pg.escapeLiteral(text(value));
}

function text(value: unknown): string {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (!Array.isArray(value)) return String(value);
  const items = value.map((item) => (item === null ? 'NULL' : `"${text(item).replace(/["\\]/g, '\\$&')}"`));
  return `{${items.join(',')}}`;
}
