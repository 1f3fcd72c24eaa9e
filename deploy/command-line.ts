import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The command line can't be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The options and positionals of a command line, as `parseArgs` of node:util has them.
 * @throws UsageError for an option that there is not, or one without its value
 */
export function parseCommandLine<const Config extends ParseArgsConfig>(
  args: readonly string[],
  config: Config,
): ReturnType<typeof parseArgs<Config & { args: string[] }>> {
  try {
    return parseArgs({ ...config, args: [...args] });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
