import { parseCommandLine, UsageError } from '../command-line.ts';

export interface BenchArguments {
  readonly name: string;
  readonly quick: boolean;
  /** A file to write the figures to. */
  readonly json: string | undefined;
}

/** @param benchmarks what each measures, by its name */
export function helpFor(benchmarks: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(benchmarks).map((name) => name.length));
  const lines = Object.entries(benchmarks).map(([name, what]) => `  ${name.padEnd(width)}  ${what}`);
  return `Measures how fast it is on this machine.

  npm run bench -- NAME [--quick] [--json FILE]

${lines.join('\n')}

  --quick      shorter and with fewer rounds: to see that it works, not to quote
  --json FILE  writes all figures, each round's too, to FILE
  --help       this
`;
}

/**
 * Undefined where help is asked for.
 * @throws UsageError
 */
export function readArguments(args: readonly string[], names: readonly string[]): BenchArguments | undefined {
  const { values, positionals } = parseCommandLine(args, OPTIONS);
  if (values.help) return undefined;
  const [name, ...others] = positionals;
  const known = `there is: ${names.join(', ')}`;
  if (name === undefined) throw new UsageError(`which benchmark? ${known}`);
  if (others.length > 0) throw new UsageError(`one benchmark at a time; ${others.join(' ')} is more`);
  if (!names.includes(name)) throw new UsageError(`no benchmark is called ${name}; ${known}`);
  return { name, quick: values.quick, json: values.json };
}

const OPTIONS = {
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
} as const;
