import { z } from 'zod';

/** The environment does not describe a configuration. The message has one line a wrong variable, naming it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** An integer from `least` to `most`, both included. */
export const integer = (least: number, most: number) =>
  z
    .string(`expected a whole number from ${least} to ${most}`)
    .regex(/^\d{1,15}$/, `expected a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((n) => n >= least && n <= most, `expected a whole number from ${least} to ${most}`);

/** A TCP port; 0 takes a free one. */
export const port = integer(0, 65_535);

/** yes/no, true/false or 1/0. */
export const flag = z
  .enum(['yes', 'no', 'true', 'false', '1', '0'], 'expected yes or no (or true/false, 1/0)')
  .transform((text) => text === 'yes' || text === 'true' || text === '1');

const urlOf = (schemes: readonly string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol),
      `expected a URL such as ${example}`,
    );

export const eventStoreUrl = z
  .string()
  .regex(
    /^(esdb|esdb\+discover|kurrentdb|kurrentdb\+discover):\/\/[^\s/]+/,
    'expected a URL such as esdb://127.0.0.1:2113?tls=false',
  );
export const databaseUrl = urlOf(['postgres:', 'postgresql:'], 'postgres://user:password@127.0.0.1:5432/ledger');
export const httpUrl = urlOf(['http:', 'https:'], 'http://127.0.0.1:8080');

/**
 * Reads a configuration from `env`; an empty variable counts as one that is not set.
 * @throws ConfigError that names every wrong variable at once, with what it was and what would be right.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.keys(shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const value = given[name];
      return value === undefined ? `${name} is not set: ${describe(issue)}` : `${name}=${value}: ${describe(issue)}`;
    }),
  );
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return 'it is required';
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    return `expected one of ${issue.values.map(String).join(', ')}`;
  }
  return issue.message;
}
