import { createHttpApp } from '@ledger/shared/http/app';
import type { Logger } from '@ledger/shared/log';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import { missingOf, type ProjectorStatus } from './pipeline/status.ts';

/** The projector's HTTP side: health and metrics. */
export function createApp(log: Logger, metrics: Registry, status: () => ProjectorStatus): Express {
  return createHttpApp({ log, metrics, readiness: () => missingOf(status()), routes: () => undefined });
}
