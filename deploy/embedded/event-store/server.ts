import { join } from 'node:path';
import { ConfigError } from '@ledger/shared/config';
import { errorCode } from '@ledger/shared/error-code';
import { createLog } from '@ledger/shared/log';
import { reportListening } from '@ledger/shared/process/parent';
import { runService } from '@ledger/shared/process/service';
import { DirectoryInUseError } from '../directory-lock.ts';
import { DamagedStoreError } from './damage.ts';
import { DATA_FILE, NewerLayoutError } from './layout.ts';
import { startEventStore } from './node.ts';
import { readServerOptions, type ServerOptions, USAGE } from './server-options.ts';
import { verifyApart } from './verify-apart.ts';

/** A restarted node waits so long for the one before it to end. */
const WAIT_FOR_LOCK_MS = 3_000;

/** One line that names what to change. */
function explain(error: unknown, { port, dataDir = 'memory' }: ServerOptions): string {
  const message = error instanceof Error ? error.message : String(error);
  const elsewhere = 'set EVENTSTORE_DIR (--data) to another directory';
  if (error instanceof DirectoryInUseError) return `${message}: stop it, or ${elsewhere}`;
  if (error instanceof NewerLayoutError) return `${message}; ${elsewhere}`;
  if (error instanceof DamagedStoreError)
    return `${message}; nothing was changed: restore it from a copy, or ${elsewhere}`;
  if (message.includes('EADDRINUSE')) {
    return `port ${port} is taken: stop what listens there, or set EVENTSTORE_PORT (--port) to another port`;
  }
  if (message.includes('EACCES') && message.includes('listen')) {
    return `port ${port} may not be used by this user: set EVENTSTORE_PORT (--port) to another port`;
  }
  const reason = errorCode(error) ?? message;
  return `the store cannot be opened in ${dataDir} (${reason}): set EVENTSTORE_DIR (--data) to a directory that can be written`;
}

async function serve(options: ServerOptions) {
  const { port, dataDir, liveLag } = options;
  const log = createLog('event-store', options.logLevel);
  const kept = dataDir === undefined ? ({ memory: true } as const) : { dataDir };
  const node = await startEventStore({
    ...kept,
    port,
    waitForLockMs: WAIT_FOR_LOCK_MS,
    log,
    ...(liveLag !== undefined && { liveLag }),
  }).catch((error: unknown) => {
    throw new ConfigError([explain(error, options)]);
  });
  log.info(
    { url: node.url, directory: dataDir ?? 'none: nothing is kept' },
    'listening; this is a single-node event store for development, tests and small installations',
  );
  reportListening(node.port);
  return {
    async stop() {
      log.info('stopping');
      await node.stop();
    },
  };
}

/** Exit code 0: all is as it was written. */
async function verify(directory: string): Promise<number> {
  const { entries, events, streams, problems } = await verifyApart(directory);
  for (const problem of problems) console.error(`event store: ${join(directory, DATA_FILE)}: ${problem}`);
  if (problems.length > 0) return 1;
  console.log(
    `${directory}: ${entries} entries read, ${events} events in ${streams} streams, all as they were written`,
  );
  return 0;
}

await runService('event store', async () => {
  const options = readServerOptions(process.argv.slice(2), process.env);
  if (options.mode === 'serve') return serve(options);
  if (options.mode === 'help') console.log(USAGE);
  process.exit(options.mode === 'verify' ? await verify(options.dataDir ?? '') : 0);
});
