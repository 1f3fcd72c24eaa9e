import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { ConfigError, readConfig } from '@ledger/shared/config';
import { errorCode } from '@ledger/shared/error-code';
import { createLog } from '@ledger/shared/log';
import { reportListening } from '@ledger/shared/process/parent';
import { runService } from '@ledger/shared/process/service';
import { variables } from '@ledger/shared/variables';
import { z } from 'zod';
import { DirectoryInUseError } from '../directory-lock.ts';
import { startEventStore } from './node.ts';
import { NewerLayoutError } from './storage.ts';

const CONFIG = {
  EVENTSTORE_PORT: variables.EVENTSTORE_PORT,
  EVENTSTORE_DIR: z.string().min(1),
  LOG_LEVEL: variables.LOG_LEVEL,
};

/** A restarted node waits so long for the one before it to end. */
const WAIT_FOR_LOCK_MS = 3_000;

/** One line that names the variable to change. */
function explain(error: unknown, config: { EVENTSTORE_PORT: number; EVENTSTORE_DIR: string }): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof DirectoryInUseError) return `${message}: stop it, or set EVENTSTORE_DIR to another directory`;
  if (error instanceof NewerLayoutError) return `${message}; set EVENTSTORE_DIR to another directory`;
  if (message.includes('EADDRINUSE')) {
    return `port ${config.EVENTSTORE_PORT} is taken: stop what listens there, or set EVENTSTORE_PORT to another port`;
  }
  if (message.includes('EACCES') && message.includes('bind')) {
    return `port ${config.EVENTSTORE_PORT} may not be used by this user: set EVENTSTORE_PORT to another port`;
  }
  const code = errorCode(error);
  const reason = code ?? message;
  return `the store cannot be opened in ${config.EVENTSTORE_DIR} (${reason}): set EVENTSTORE_DIR to a directory that can be written`;
}

await runService('event store', async () => {
  // What gRPC would say on its own about a port that is taken comes in the one line above.
  setLogVerbosity(logVerbosity.NONE);
  const config = readConfig(CONFIG, process.env);
  const log = createLog('event-store', config.LOG_LEVEL);
  const node = await startEventStore({
    dataDir: config.EVENTSTORE_DIR,
    port: config.EVENTSTORE_PORT,
    waitForLockMs: WAIT_FOR_LOCK_MS,
    log,
  }).catch((error: unknown) => {
    throw new ConfigError([explain(error, config)]);
  });
  log.info(
    { url: node.url, directory: config.EVENTSTORE_DIR },
    'listening; this is a single-node event store for development, tests and small installations',
  );
  reportListening(node.port);
  return {
    async stop() {
      log.info('stopping');
      await node.stop();
    },
  };
});
