import { formatInstant } from '@ledger/shared/time';
import type { ReadSide } from '../read-side.ts';
import { createStatus, type Lag } from '../status/status.ts';
import { statusAnswer } from './answers.ts';
import { type Api, getOperation } from './operation.ts';
import { noParams } from './parameters.ts';

/** `GET /v1/status`. */
export function statusRoutes(api: Api, side: ReadSide): void {
  const readStatus = createStatus(side, Date.now);
  getOperation(api, {
    operationId: 'getStatus',
    summary: 'How far the read model is, and how far behind the event store',
    path: '/v1/status',
    params: noParams,
    query: noParams,
    answer: statusAnswer,
    problems: [],
    momentary: true,
    async read() {
      const { position, eventId, createdAt, stopped, lag } = await readStatus();
      const body = {
        state: stateOf(lag, stopped),
        stopped,
        projected: {
          position: position === undefined ? null : position.toString(),
          eventId,
          createdAt: createdAt === null ? null : formatInstant(createdAt),
        },
        lag,
      };
      return { body, of: null };
    },
  });
}

function stateOf({ events, exact }: Lag, stopped: string | null): 'stopped' | 'current' | 'behind' {
  if (stopped !== null) return 'stopped';
  return events === 0 && exact ? 'current' : 'behind';
}
