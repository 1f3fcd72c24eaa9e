/** What is sent, in a closed loop: each connection sends its next request when it has the answer to the one before. */
export interface Workload {
  readonly name: string;
  /** How many accounts it is spread over. */
  readonly accounts: number;
  readonly choice: 'even' | 'zipf';
  /** How often each command is sent, by the same connection, one right after the other. */
  readonly copies: 1 | 2;
  /** Commands of one request: 1 is a PUT of its own, more are a bulk request. */
  readonly commandsEach: number;
}

/** A workload at so many connections, and the ratio to the row-lock service that it is to reach. */
export interface Cell {
  readonly workload: Workload;
  readonly connections: number;
  /** What the row-lock service, which has no bulk requests, does at the same time. */
  readonly compared: { readonly workload: Workload; readonly connections: number };
  readonly goal: number;
}

const single = { copies: 1, commandsEach: 1 } as const;
const bulk = { copies: 1, commandsEach: 1_000, choice: 'even' } as const;
const BULK_CONNECTIONS = 4;

/** Every cell. @param accounts of the workloads that go over many accounts one by one */
export function allCells(accounts: number): readonly Cell[] {
  const hot: Workload = { name: 'hot', accounts: 1, choice: 'even', ...single };
  const spread: Workload = { name: 'spread', accounts, choice: 'even', ...single };
  const zipf: Workload = { name: 'zipf', accounts, choice: 'zipf', ...single };
  const replay: Workload = { name: 'replay', accounts, choice: 'even', copies: 2, commandsEach: 1 };
  const bulkOver = (few: number): Workload => ({ name: `bulk-${few}`, accounts: few, ...bulk });
  const whileSpread = { workload: spread, connections: 32 };
  return [
    ...cellsOf(hot, { 1: 0.7, 32: 4, 128: 6 }),
    ...cellsOf(spread, { 1: 0.6, 32: 1.3, 128: 1.6 }),
    ...cellsOf(zipf, { 1: 0.6, 32: 1.5, 128: 2 }),
    ...cellsOf(replay, { 1: 0.8, 32: 1.3, 128: 1.6 }),
    { workload: bulkOver(1_000), connections: BULK_CONNECTIONS, compared: whileSpread, goal: 3 },
    { workload: bulkOver(10), connections: BULK_CONNECTIONS, compared: whileSpread, goal: 12 },
  ];
}

function cellsOf(workload: Workload, goals: Readonly<Record<number, number>>): Cell[] {
  return Object.entries(goals).map(([text, goal]) => {
    const connections = Number(text);
    return { workload, connections, compared: { workload, connections }, goal };
  });
}
