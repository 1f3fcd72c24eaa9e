import { commonConfig, databaseUrl, eventStoreUrl, port } from '@ledger/shared/config';

export const queryApiConfig = {
  ...commonConfig,
  QUERY_API_PORT: port.default(8082),
  EVENTSTORE_URL: eventStoreUrl,
  DATABASE_URL: databaseUrl,
};
