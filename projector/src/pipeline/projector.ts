import { setTimeout } from 'node:timers/promises';
import { isUnavailable } from '@ledger/shared/database/errors';
import { SchemaMismatchError } from '@ledger/shared/database/migrate';
import { createBackOff } from './back-off.ts';
import { CheckpointMovedError } from './checkpoint.ts';
import type { Lag } from './lag.ts';
import type { ProjectorStatus } from './status.ts';
import { ProjectionStoppedError } from './taken-in.ts';
import { lead, type ProjectorOptions } from './term.ts';

export interface Projector {
  readonly status: () => ProjectorStatus;
  /** Ends after the batch that is being written, or after two seconds: a batch that is given up leaves nothing behind. */
  stop(): Promise<void>;
}

/** Longer than a batch usually takes, and far shorter than PostgreSQL may hang. */
const stopTimeoutMs = 2_000;

/**
 * Projects until it is stopped. What is lost (PostgreSQL, the store, the leadership) is found again with back-off; what
 * no repetition mends (an event that does not follow, another store, a newer schema) stops the projection, and the status
 * says why.
 */
export function startProjector(options: ProjectorOptions): Projector {
  const { log, metrics } = options;
  const stopping = new AbortController();
  let status: ProjectorStatus = { phase: 'connecting', why: 'not reached yet' };
  let lag: (() => Promise<Lag>) | undefined;
  metrics.watch({ status: () => status, lag: async () => lag?.() });

  async function runUntilStopped(): Promise<void> {
    const backOff = createBackOff();
    const events = {
      onStatus(next: ProjectorStatus) {
        status = next;
      },
      onLag(next: typeof lag) {
        lag = next;
      },
      onWork: backOff.reset,
    };
    while (!stopping.signal.aborted) {
      try {
        await lead(options, stopping.signal, events);
      } catch (error) {
        if (stopping.signal.aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        if (error instanceof ProjectionStoppedError || error instanceof SchemaMismatchError) {
          status = { phase: 'stopped', why };
          log.error({ error }, 'the projection has stopped; it needs somebody to look, and a restart');
          return;
        }
        status = { phase: 'connecting', why };
        if (isUnavailable(error) || error instanceof CheckpointMovedError) log.warn({ why }, 'starting over');
        else log.error({ error }, 'starting over after an error that was not foreseen');
        await backOff.wait(stopping.signal);
      }
    }
  }

  const running = runUntilStopped();
  return {
    status: () => status,
    async stop() {
      stopping.abort(new Error('the projector is stopping'));
      await Promise.race([running, setTimeout(stopTimeoutMs, undefined, { ref: false })]);
    },
  };
}
