import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import type { ServiceName } from './routes.ts';

const probePauseMs = 50;
const connectTimeoutMs = 5_000;

/** A service behind the gateway. */
export interface Upstream {
  readonly name: ServiceName;
  readonly dispatcher: Dispatcher;
  /**
   * Counts the ends of connections. A service that was restarted meanwhile has ended at least one: while the count stays,
   * the process that answered is the process that will answer.
   */
  disconnects(): number;
  /** True as soon as the service accepts connections; false when `timeoutMs` have passed, or `signal` fires, before. */
  untilReachable(timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/**
 * Keeps connections to the service at `url` (http or https, host and port), as many as there are requests under way.
 * Opens none before the first request.
 */
export function createUpstream(name: ServiceName, url: string): Upstream {
  const { origin } = new URL(url);
  const pool = new Pool(origin, {
    connectTimeout: connectTimeoutMs,
    // The answer to a bulk request, or a feed of events, may pause for as long as it likes.
    bodyTimeout: 0,
  });
  let disconnects = 0;
  pool.on('disconnect', () => {
    disconnects += 1;
  });

  let waiting = 0;
  let probing: Promise<void> | undefined;
  /** One probe for all that wait, however many they are. */
  async function probe(): Promise<void> {
    while (waiting > 0 && !(await accepts(origin))) await delay(probePauseMs);
    probing = undefined;
  }

  return {
    name,
    dispatcher: pool,
    disconnects: () => disconnects,
    async untilReachable(timeoutMs, signal) {
      const timeout = new AbortController();
      const aborted = AbortSignal.any([signal, timeout.signal]);
      waiting += 1;
      try {
        probing ??= probe();
        const timedOut = delay(Math.max(timeoutMs, 0), false, { signal: aborted }).catch(() => false);
        return await Promise.race([probing.then(() => true), timedOut]);
      } finally {
        waiting -= 1;
        timeout.abort();
      }
    },
    close: () => pool.destroy(),
  };
}

function accepts(origin: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(connectTimeoutMs, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
