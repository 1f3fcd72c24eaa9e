import { commonVariables, variables } from '@ledger/shared/variables';

export const projectorConfig = {
  ...commonVariables,
  PROJECTOR_PORT: variables.PROJECTOR_PORT,
  EVENTSTORE_URL: variables.EVENTSTORE_URL,
  DATABASE_URL: variables.DATABASE_URL,
  PROJECTOR_BATCH_EVENTS: variables.PROJECTOR_BATCH_EVENTS,
  PROJECTOR_BATCH_WAIT_MS: variables.PROJECTOR_BATCH_WAIT_MS,
};
