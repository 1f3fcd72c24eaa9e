import { commonVariables, variables } from '@ledger/shared/variables';

export const commandApiConfig = {
  ...commonVariables,
  COMMAND_API_PORT: variables.COMMAND_API_PORT,
  EVENTSTORE_URL: variables.EVENTSTORE_URL,
  DEFAULT_CURRENCY: variables.DEFAULT_CURRENCY,
  COMMAND_DEADLINE_MS: variables.COMMAND_DEADLINE_MS,
  ACCOUNT_CACHE_MB: variables.ACCOUNT_CACHE_MB,
};
