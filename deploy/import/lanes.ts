import type { TransactionLine } from './input-line.ts';

/** Requests under way at one time. */
const laneCount = 4;

/** A chunk's lines go account by account, and the ledger appends what waits for one account at once: long chunks are cheap. */
const chunkLines = 4_000;
const chunkChars = 4_000_000;

export interface Lanes {
  /** Takes a line; waits while its lane has enough to do. */
  add(line: TransactionLine): Promise<void>;
  /** Resolves when everything is delivered. */
  finish(): Promise<void>;
  /** Resolves when nothing is under way any more, delivered or not. */
  stopped(): Promise<void>;
}

/**
 * Spreads lines over lanes, an account always on the same one, and delivers each lane's chunks one after another: so
 * the lines of an account are never in two requests at a time, and keep their order. An error of `deliver` goes to
 * `onError`, and ends its lane.
 */
export function createLanes(
  deliver: (chunk: readonly TransactionLine[]) => Promise<void>,
  onError: (error: unknown) => void,
): Lanes {
  const lanes = Array.from({ length: laneCount }, () => createLane(deliver, onError));
  return {
    add: (line) => (lanes[hash(line.accountId) % laneCount] as Lane).add(line),
    async finish() {
      await Promise.all(lanes.map((lane) => lane.finish()));
    },
    async stopped() {
      await Promise.allSettled(lanes.map((lane) => lane.underWay()));
    },
  };
}

interface Lane {
  add(line: TransactionLine): Promise<void>;
  finish(): Promise<void>;
  underWay(): Promise<void>;
}

function createLane(
  deliver: (chunk: readonly TransactionLine[]) => Promise<void>,
  onError: (error: unknown) => void,
): Lane {
  let gathering: TransactionLine[] = [];
  let chars = 0;
  /** One chunk is under way, one waits behind it. */
  let before = Promise.resolve();
  let last = Promise.resolve();

  async function handOver(): Promise<void> {
    const chunk = accountByAccount(gathering);
    gathering = [];
    chars = 0;
    await before;
    before = last;
    last = last.then(() => deliver(chunk));
    last.catch(onError);
  }

  return {
    async add(line) {
      gathering.push(line);
      chars += line.json.length;
      if (gathering.length >= chunkLines || chars >= chunkChars) await handOver();
    },
    async finish() {
      if (gathering.length > 0) await handOver();
      await last;
    },
    underWay: () => last,
  };
}

/** The lines of each account together, in their order. */
function accountByAccount(lines: readonly TransactionLine[]): TransactionLine[] {
  const accounts = new Map<string, TransactionLine[]>();
  for (const line of lines) {
    const together = accounts.get(line.accountId);
    if (together) together.push(line);
    else accounts.set(line.accountId, [line]);
  }
  return [...accounts.values()].flat();
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
