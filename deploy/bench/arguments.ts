import { parseCommandLine, UsageError } from '../command-line.ts';
import type { Benchmark } from './benchmark.ts';

export interface BenchArguments {
  readonly name: string;
  readonly quick: boolean;
  /** A file to write the figures to. */
  readonly json: string | undefined;
  /** The benchmark's own options, by their names. */
  readonly given: Readonly<Record<string, string>>;
}

/** Benchmarks by their names, as far as a command line needs to know them. */
export type BenchmarkUsages = Readonly<Record<string, Pick<Benchmark, 'measures' | 'options'>>>;

export function helpFor(benchmarks: BenchmarkUsages): string {
  return `Measures how fast it is on this machine.

  npm run bench -- NAME [--quick] [--json FILE] [options of NAME]

${columns(Object.entries(benchmarks).map(([name, { measures }]) => [name, measures]))}

${columns([
  ['--quick', 'shorter and with fewer rounds: to see that it works, not to quote'],
  ['--json FILE', "writes all figures, each round's too, to FILE"],
  ['--help', 'this'],
])}
${Object.entries(benchmarks).map(optionsHelp).join('')}`;
}

function optionsHelp([name, { options = {} }]: [string, BenchmarkUsages[string]]): string {
  const lines = Object.entries(options).map(([option, what]): [string, string] => [`--${option} VALUE`, what]);
  return lines.length === 0 ? '' : `\n${name} alone:\n\n${columns(lines)}\n`;
}

function columns(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([left]) => left.length));
  return lines.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

/**
 * Undefined where help is asked for.
 * @throws UsageError
 */
export function readArguments(args: readonly string[], benchmarks: BenchmarkUsages): BenchArguments | undefined {
  const optionNames = Object.values(benchmarks).flatMap(({ options = {} }) => Object.keys(options));
  const own = Object.fromEntries(optionNames.map((name) => [name, { type: 'string' } as const]));
  const { values, positionals } = parseCommandLine(args, {
    allowPositionals: true,
    options: { ...own, ...COMMON_OPTIONS },
  });
  const { quick, json, help, ...others } = values;
  if (help === true) return undefined;
  const [name, ...more] = positionals;
  const known = `there is: ${Object.keys(benchmarks).join(', ')}`;
  if (name === undefined) throw new UsageError(`which benchmark? ${known}`);
  if (more.length > 0) throw new UsageError(`one benchmark at a time; ${more.join(' ')} is more`);
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (!benchmark) throw new UsageError(`no benchmark is called ${name}; ${known}`);
  const given: Record<string, string> = {};
  for (const [option, value] of Object.entries(others)) {
    if (typeof value !== 'string') continue;
    if (!Object.hasOwn(benchmark.options ?? {}, option)) throw new UsageError(`${name} has no option --${option}`);
    given[option] = value;
  }
  return { name, quick: quick === true, json: typeof json === 'string' ? json : undefined, given };
}

const COMMON_OPTIONS = {
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
