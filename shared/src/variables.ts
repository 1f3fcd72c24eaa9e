import { z } from 'zod';
import { databaseUrl, eventStoreUrl, integer, port } from './config.ts';
import { logLevel } from './log.ts';
import { currencyDecimals } from './money.ts';

/**
 * Every environment variable of the services: what it takes, its default and what it is for. A service's configuration
 * picks those that it reads.
 */
export const variables = {
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address that the gateway and the services listen on; the event store and PostgreSQL stay on 127.0.0.1'),
  GATEWAY_PORT: port.default(8080).describe('the one origin for clients'),
  COMMAND_API_PORT: port.default(8081).describe('takes commands'),
  QUERY_API_PORT: port.default(8082).describe('answers queries'),
  PROJECTOR_PORT: port.default(8083).describe('fills PostgreSQL from the events; health and metrics only'),
  EVENTSTORE_PORT: port.default(2113).describe('the embedded event store'),
  POSTGRES_PORT: port.default(5433).describe('the PostgreSQL that comes with the ledger'),
  EVENTSTORE_URL: eventStoreUrl,
  DATABASE_URL: databaseUrl,
  LOG_LEVEL: logLevel.default('info').describe('trace, debug, info, warn, error, fatal or silent'),
  DEFAULT_CURRENCY: z
    .string()
    .refine((code) => currencyDecimals(code) !== undefined, 'expected an ISO 4217 code such as EUR')
    .default('EUR')
    .describe('currency of an account that is opened without one'),
  COMMAND_DEADLINE_MS: integer(100, 600_000)
    .default(10_000)
    .describe('how long a command tries before it answers 503, in milliseconds'),
  ACCOUNT_CACHE_MB: integer(1, 1_000_000).default(256).describe('memory of command-api for accounts, in MB'),
  PROJECTOR_BATCH_EVENTS: integer(1, 50_000)
    .default(5_000)
    .describe('events that the projector writes in one transaction, at most; it holds twice as many in memory'),
  PROJECTOR_BATCH_WAIT_MS: integer(0, 10_000)
    .default(20)
    .describe(
      'how long after such a transaction the next one begins at the soonest, unless it is full, in milliseconds',
    ),
  DRAIN_TIMEOUT_MS: integer(0, 600_000)
    .default(3_000)
    .describe('how long a service that stops lets requests in flight finish, in milliseconds'),
};

/** What every service reads. */
export const commonVariables = {
  HOST: variables.HOST,
  LOG_LEVEL: variables.LOG_LEVEL,
  DRAIN_TIMEOUT_MS: variables.DRAIN_TIMEOUT_MS,
};
