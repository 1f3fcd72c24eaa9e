import { commonVariables, variables } from '@ledger/shared/variables';

export const queryApiConfig = {
  ...commonVariables,
  QUERY_API_PORT: variables.QUERY_API_PORT,
  EVENTSTORE_URL: variables.EVENTSTORE_URL,
  DATABASE_URL: variables.DATABASE_URL,
};
