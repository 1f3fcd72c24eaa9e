import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';

/**
 * What bounds appends that wait for each other: how often a second the disk takes a flush, and how often LMDB, as the
 * node opens it, commits. Both are measured with nothing else around them.
 */
export interface DiskSpeed {
  /** 4 KiB written, one after another into a file that has its size, and fdatasync, a second. */
  readonly flushes: number;
  /** Transactions with one row of 512 bytes a second. */
  readonly commits: number;
}

const BLOCK_BYTES = 4096;
const FILE_BLOCKS = 4096;
const ROW_BYTES = 512;

export async function measureDisk(directory: string, durationMs: number): Promise<DiskSpeed> {
  return { flushes: flushesPerSecond(directory, durationMs), commits: await commitsPerSecond(directory, durationMs) };
}

function flushesPerSecond(directory: string, durationMs: number): number {
  const file = openSync(join(directory, 'flushes'), 'w');
  const block = Buffer.alloc(BLOCK_BYTES, 1);
  // The file is written once before, so that no flush has to record that it grew.
  for (let i = 0; i < FILE_BLOCKS; i += 1) writeSync(file, block, 0, BLOCK_BYTES, i * BLOCK_BYTES);
  fdatasyncSync(file);
  const started = performance.now();
  let flushes = 0;
  while (performance.now() - started < durationMs) {
    writeSync(file, block, 0, BLOCK_BYTES, (flushes % FILE_BLOCKS) * BLOCK_BYTES);
    fdatasyncSync(file);
    flushes += 1;
  }
  const elapsedMs = performance.now() - started;
  closeSync(file);
  return (flushes * 1000) / elapsedMs;
}

async function commitsPerSecond(directory: string, durationMs: number): Promise<number> {
  const environment = open({
    path: join(directory, 'commits.mdb'),
    noSubdir: true,
    overlappingSync: false,
    eventTurnBatching: false,
    keyEncoding: 'uint32',
    encoding: 'binary',
  });
  const row = Buffer.alloc(ROW_BYTES, 1);
  const started = performance.now();
  let commits = 0;
  while (performance.now() - started < durationMs) {
    await environment.put(commits, row);
    commits += 1;
  }
  const elapsedMs = performance.now() - started;
  await environment.drop();
  await environment.close();
  return (commits * 1000) / elapsedMs;
}
