import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { ConfigError, port, readConfig } from '@ledger/shared/config';
import { createLog, logLevel } from '@ledger/shared/log';
import { onParentGone, reportListening } from '@ledger/shared/process/parent';
import { z } from 'zod';
import { DirectoryInUseError } from '../directory-lock.ts';
import { startEventStore } from './node.ts';
import { NewerLayoutError } from './storage.ts';

const CONFIG = {
  EVENTSTORE_PORT: port.default(2113),
  EVENTSTORE_DIR: z.string().min(1),
  LOG_LEVEL: logLevel.default('info'),
};

/** A restarted node waits so long for the one before it to end. */
const WAIT_FOR_LOCK_MS = 3_000;

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

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
  const code = codeOf(error);
  const reason = typeof code === 'string' ? code : message;
  return `the store cannot be opened in ${config.EVENTSTORE_DIR} (${reason}): set EVENTSTORE_DIR to a directory that can be written`;
}

function refuse(problem: string): never {
  process.stderr.write(`event store: ${problem}\n`);
  process.exit(1);
}

function configuration() {
  try {
    return readConfig(CONFIG, process.env);
  } catch (error) {
    if (error instanceof ConfigError) return refuse(error.problems.join('; '));
    throw error;
  }
}

// What gRPC would say on its own about a port that is taken comes in the one line below.
setLogVerbosity(logVerbosity.NONE);
const config = configuration();
const log = createLog('event-store', config.LOG_LEVEL);
const node = await startEventStore({
  dataDir: config.EVENTSTORE_DIR,
  port: config.EVENTSTORE_PORT,
  waitForLockMs: WAIT_FOR_LOCK_MS,
  log,
}).catch((error: unknown) => refuse(explain(error, config)));

log.info(
  { url: node.url, directory: config.EVENTSTORE_DIR },
  'listening; this is a single-node event store for development, tests and small installations',
);
reportListening(node.port);

let stopping = false;
function stop(why: string): void {
  if (stopping) return;
  stopping = true;
  log.info({ why }, 'stopping');
  node.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error({ error }, 'could not stop cleanly');
      process.exit(1);
    },
  );
}
process.on('SIGTERM', () => stop('SIGTERM'));
process.on('SIGINT', () => stop('SIGINT'));
onParentGone(() => stop('the parent process is gone'));
