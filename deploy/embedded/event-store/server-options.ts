import { ConfigError, integer, readConfig } from '@ledger/shared/config';
import { variables } from '@ledger/shared/variables';
import { z } from 'zod';
import { parseCommandLine, UsageError } from '../../command-line.ts';

export const USAGE = `npm run eventstore -- [options]
  --port PORT      the port to listen on; 0 takes a free one (or EVENTSTORE_PORT; 2113)
  --data DIR       where the events are kept; made if missing (or EVENTSTORE_DIR)
  --memory         keep nothing: a directory of its own that goes with the process
  --live-lag N     how many events a live subscriber may be behind before it is dropped (400)
  --verify         read everything in --data and say whether it is as it was written, instead of serving it
  --help           this text`;

export interface ServerOptions {
  readonly mode: 'serve' | 'verify' | 'help';
  readonly port: number;
  /** Undefined: in memory. */
  readonly dataDir: string | undefined;
  readonly liveLag: number | undefined;
  readonly logLevel: z.infer<typeof variables.LOG_LEVEL>;
}

/** Options name what a variable names otherwise; each problem is told by the name under which it was given. */
const NAMES = { port: 'EVENTSTORE_PORT', data: 'EVENTSTORE_DIR', 'live-lag': 'EVENTSTORE_LIVE_LAG' } as const;

const CONFIG = {
  EVENTSTORE_PORT: variables.EVENTSTORE_PORT,
  EVENTSTORE_DIR: z.string().optional(),
  EVENTSTORE_LIVE_LAG: integer(1, 1_000_000).optional(),
  LOG_LEVEL: variables.LOG_LEVEL,
};

/** @throws ConfigError with every wrong option or variable */
export function readServerOptions(args: readonly string[], env: NodeJS.ProcessEnv): ServerOptions {
  const options = parse(args);
  const given = Object.entries(NAMES).flatMap(([option, variable]) => {
    const value = options[option as keyof typeof NAMES];
    return value === undefined ? [] : [[variable, value]];
  });
  const problems: string[] = [];
  let config: z.infer<z.ZodObject<typeof CONFIG>> | undefined;
  try {
    config = readConfig(CONFIG, { ...env, ...Object.fromEntries(given) });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems.map((problem) => byItsOption(problem, options)));
  }
  const directory = config ? config.EVENTSTORE_DIR : (options.data ?? env['EVENTSTORE_DIR']);
  const { memory = false, verify = false, help = false } = options;
  if (memory && (options.data !== undefined || verify))
    problems.push('--memory keeps nothing: it goes with neither --data nor --verify');
  else if (!memory && !help && !directory)
    problems.push('EVENTSTORE_DIR is not set: say where the events are kept with --data DIR, or --memory');
  if (!config || problems.length > 0) throw new ConfigError(problems);
  return {
    mode: help ? 'help' : verify ? 'verify' : 'serve',
    port: config.EVENTSTORE_PORT,
    dataDir: memory ? undefined : directory,
    liveLag: config.EVENTSTORE_LIVE_LAG,
    logLevel: config.LOG_LEVEL,
  };
}

/** What was given as an option is told by the option's name. */
function byItsOption(problem: string, options: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(NAMES).find(([name, variable]) => options[name] && problem.startsWith(`${variable}=`));
  if (!given) return problem;
  const [name, variable] = given;
  return `--${name} ${problem.slice(variable.length + 1)}`;
}

const OPTIONS = {
  options: {
    port: { type: 'string' },
    data: { type: 'string' },
    'live-lag': { type: 'string' },
    memory: { type: 'boolean' },
    verify: { type: 'boolean' },
    help: { type: 'boolean' },
  },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseCommandLine(args, OPTIONS).values;
  } catch (error) {
    if (error instanceof UsageError) throw new ConfigError([`${error.message}\n${USAGE}`]);
    throw error;
  }
}
