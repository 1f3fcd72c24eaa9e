import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { DamagedStoreError } from './damage.ts';
import { checkMetaPages } from './meta-pages.ts';
import { withChecksums } from './record.ts';
import { verifyApart } from './verify-apart.ts';

/** A directory that was written by a newer version of this node. */
export class NewerLayoutError extends Error {
  override readonly name = 'NewerLayoutError';
}

/** A directory that was written by an older version, whose entries cannot be verified. */
export class OlderLayoutError extends Error {
  override readonly name = 'OlderLayoutError';
}

export const DATA_FILE = 'events.mdb';

/** 2: entries have checksums. */
const LAYOUT = 2;

/** What an open store consists of: README.md describes the databases. */
export interface Environment {
  readonly environment: RootDatabase;
  readonly log: Database<Buffer, number>;
  readonly index: Database<Buffer, Buffer>;
  readonly streams: Database<Buffer, Buffer>;
}

/** Values are given out in place, in LMDB's own buffer, without a copy. */
const LOG_OPTIONS = {
  name: 'log',
  keyEncoding: 'uint32',
  encoder: { encode: (bytes: Buffer) => bytes, decode: (bytes: Buffer) => bytes },
} as const;

const BYTES = { keyEncoding: 'binary', encoding: 'binary' } as const;

/** @throws as `openStorage` */
export async function openEnvironment(directory: string): Promise<Environment> {
  const file = join(directory, DATA_FILE);
  await checkLength(directory, file);
  // Without overlappingSync a commit is visible, and its promise resolves, only after LMDB has flushed it.
  // With eventTurnBatching a failed commit would reject a promise of lmdb's own too, which nobody can handle.
  const environment = open({
    path: file,
    noSubdir: true,
    overlappingSync: false,
    eventTurnBatching: false,
    maxDbs: 4,
  });
  const about = environment.openDB<number, string>({ name: 'about', encoding: 'json' });
  const layout = about.get('layout');
  if (layout !== undefined && layout > LAYOUT) {
    await environment.close();
    throw newerLayout(directory, layout);
  }
  const databases = openDatabases(environment);
  try {
    if (layout === 1 || about.get('migrated') !== undefined) await addChecksums(environment, about, databases.log);
    if (layout === undefined) await about.put('layout', LAYOUT);
    return databases;
  } catch (error) {
    await environment.close();
    throw error;
  }
}

/**
 * Opens what is there, to read it only.
 * @throws NewerLayoutError, OlderLayoutError; the system's error where there is no store
 */
export async function openForReading(directory: string): Promise<Environment> {
  const file = join(directory, DATA_FILE);
  await access(file);
  const environment = open({ path: file, noSubdir: true, readOnly: true, maxDbs: 4 });
  const about = environment.openDB<number, string>({ name: 'about', encoding: 'json' });
  const layout = about.get('layout') ?? 0;
  if (layout <= LAYOUT && (layout < LAYOUT || about.get('migrated') !== undefined)) {
    await environment.close();
    throw new OlderLayoutError(`${directory} has no checksums yet: start the node on it once, which adds them`);
  }
  if (layout > LAYOUT) {
    await environment.close();
    throw newerLayout(directory, layout);
  }
  return openDatabases(environment);
}

const openDatabases = (environment: RootDatabase): Environment => ({
  environment,
  log: environment.openDB(LOG_OPTIONS),
  index: environment.openDB({ name: 'index', ...BYTES }),
  streams: environment.openDB({ name: 'streams', ...BYTES }),
});

const newerLayout = (directory: string, layout: number): NewerLayoutError =>
  new NewerLayoutError(
    `${directory} has layout ${layout} and was written by a newer version: this one knows layouts up to ${LAYOUT}`,
  );

/**
 * A file may be shorter than its meta pages say only by pages that were given back and never written; LMDB dies when it
 * reads any other beyond the end. So such a file is read through, by a process that may die of it, before it is opened here.
 * @throws DamagedStoreError
 */
async function checkLength(directory: string, file: string): Promise<void> {
  const length = await checkMetaPages(file);
  if (!length || length.bytes >= length.expectedBytes) return;
  const { problems } = await verifyApart(directory);
  const [problem] = problems;
  if (problem === undefined) return;
  throw new DamagedStoreError(file, `it has ${length.bytes} bytes of ${length.expectedBytes}; ${problem}`);
}

/** So many entries are rewritten in one transaction. */
const MIGRATION_BATCH = 10_000;

/**
 * From layout 1 to 2. How far it has come is written with each batch, so it goes on where a crash stopped it; and the layout
 * is raised with the first, so that a program that knows layout 1 alone refuses what is half done.
 */
async function addChecksums(
  environment: RootDatabase,
  about: Database<number, string>,
  log: Database<Buffer, number>,
): Promise<void> {
  let migrated = about.get('migrated') ?? 0;
  for (;;) {
    const batch = Array.from(log.getRange({ start: migrated + 1, limit: MIGRATION_BATCH }), ({ key, value }) => ({
      sequence: key,
      record: withChecksums(value, key),
    }));
    const last = batch.at(-1);
    // The batch's promise stands for all the writes in it.
    await environment.batch(() => {
      void about.put('layout', LAYOUT);
      for (const { sequence, record } of batch) void log.put(sequence, record);
      if (last) void about.put('migrated', last.sequence);
      else void about.remove('migrated');
    });
    if (!last) return;
    migrated = last.sequence;
  }
}
