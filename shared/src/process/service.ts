import { ConfigError } from '../config.ts';
import { errorCode } from '../error-code.ts';
import { onParentGone } from './parent.ts';

/** A stop that hangs must not keep the process: whoever asked for it is waiting, or gone. */
const stopTimeoutMs = 15_000;

/** A service that is up. */
export interface Service {
  /** Finishes what is in flight and lets go of everything, in the reverse order of opening. */
  stop(): Promise<void>;
}

/**
 * Runs a service as this process: it stops on SIGTERM, SIGINT or the end of its supervisor, and the process exits with 0.
 * A configuration that is wrong, or a port that can't be had, is said in plain lines on stderr, with exit code 1.
 */
export async function runService(name: string, start: () => Promise<Service>): Promise<void> {
  let stopping = false;
  const starting = start();
  const stop = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => fail(new Error(`it did not stop within ${stopTimeoutMs} ms`)), stopTimeoutMs).unref();
    starting.then((service) => service.stop()).then(() => process.exit(0), fail);
  };
  const fail = (error: unknown) => {
    console.error(explain(name, error));
    process.exit(1);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  onParentGone(stop);
  await starting.catch(fail);
}

/** One line a wrong variable; for a fault of our own, the stack. */
export function explain(name: string, error: unknown): string {
  if (error instanceof ConfigError) return error.problems.map((problem) => `${name}: ${problem}`).join('\n');
  return `${name}: ${error instanceof Error ? error.stack : String(error)}`;
}

/** A listen error as a wrong configuration, which names the variable to change; other errors as they are. */
export function explainListenError(error: unknown, portVariable: string, port: number, host: string): unknown {
  const code = errorCode(error);
  if (code === 'EADDRINUSE')
    return new ConfigError([`${portVariable}=${port}: the port is taken; choose another, or 0 for any`]);
  if (code === 'EACCES')
    return new ConfigError([`${portVariable}=${port}: this user may not listen on this port; choose one above 1023`]);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new ConfigError([`HOST=${host}: this machine has no such address`]);
  }
  return error;
}
