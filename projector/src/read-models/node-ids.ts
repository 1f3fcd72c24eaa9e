import type { Connection } from '@ledger/shared/database/pool';

/** As the sequence `node_ids` hands them out. */
const blockSize = 1_000;

/** Ids for new tree nodes, from blocks of the database's sequence. Some remain unused: an id only has to be new. */
export interface NodeIds {
  /** Takes blocks until so many ids are there. */
  reserve(db: Connection, count: number): Promise<void>;
  /** The next of what was reserved. */
  next(): number;
}

export function createNodeIds(): NodeIds {
  const blocks: { next: number; readonly end: number }[] = [];
  let left = 0;
  return {
    async reserve(db, count) {
      const missing = Math.ceil((count - left) / blockSize);
      if (missing <= 0) return;
      const { rows } = await db.query<{ first: bigint }>({
        name: 'reserve node ids',
        text: `SELECT nextval('node_ids') AS first FROM generate_series(1, $1::integer)`,
        values: [missing],
      });
      for (const { first } of rows) {
        blocks.push({ next: Number(first), end: Number(first) + blockSize });
        left += blockSize;
      }
    },
    next() {
      const [block] = blocks;
      if (!block) throw new Error('more node ids were taken than reserved');
      const id = block.next++;
      left -= 1;
      if (block.next === block.end) blocks.shift();
      return id;
    },
  };
}
