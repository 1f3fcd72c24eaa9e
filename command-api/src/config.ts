import { commonConfig, eventStoreUrl, integer, port, readConfig } from '@ledger/shared/config';
import { currencyDecimals } from '@ledger/shared/money';
import { z } from 'zod';

const shape = {
  ...commonConfig,
  COMMAND_API_PORT: port.default(8081),
  EVENTSTORE_URL: eventStoreUrl,
  DEFAULT_CURRENCY: z
    .string()
    .refine((code) => currencyDecimals(code) !== undefined, 'expected an ISO 4217 code such as EUR')
    .default('EUR'),
  /** How long a command may take before it is answered with 503. */
  COMMAND_DEADLINE_MS: integer(100, 600_000).default(10_000),
  /** Memory for accounts, beside what Node itself needs. */
  ACCOUNT_CACHE_MB: integer(1, 1_000_000).default(256),
};

/** @throws ConfigError that names every wrong variable */
export function readCommandApiConfig(env: NodeJS.ProcessEnv) {
  return readConfig(shape, env);
}

export type CommandApiConfig = ReturnType<typeof readCommandApiConfig>;
