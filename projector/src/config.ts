import { commonConfig, databaseUrl, eventStoreUrl, integer, port } from '@ledger/shared/config';

export const projectorConfig = {
  ...commonConfig,
  /** Health and metrics. */
  PROJECTOR_PORT: port.default(8083),
  EVENTSTORE_URL: eventStoreUrl,
  DATABASE_URL: databaseUrl,
  /** Events that one PostgreSQL transaction projects, at most. */
  PROJECTOR_BATCH_EVENTS: integer(1, 10_000).default(1_000),
  /** How long a batch that is not full waits for more events. */
  PROJECTOR_BATCH_WAIT_MS: integer(0, 10_000).default(20),
};
