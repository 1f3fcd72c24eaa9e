import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { UsageError } from '../command-line.ts';
import { helpFor, readArguments } from './arguments.ts';
import { balancesBenchmark } from './balances/balances-benchmark.ts';
import type { Benchmark } from './benchmark.ts';
import { commandsBenchmark } from './commands/commands-benchmark.ts';
import { eventStoreBenchmark } from './eventstore/event-store-benchmark.ts';
import { instancesBenchmark } from './instances/instances-benchmark.ts';
import { lagBenchmark } from './lag/lag-benchmark.ts';
import { longAccountsBenchmark } from './long-accounts/long-accounts-benchmark.ts';
import { projectionBenchmark } from './projection/projection-benchmark.ts';
import { withScratchDirectory } from './scratch-directory.ts';

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  eventstore: eventStoreBenchmark,
  commands: commandsBenchmark,
  instances: instancesBenchmark,
  'long-accounts': longAccountsBenchmark,
  projection: projectionBenchmark,
  balances: balancesBenchmark,
  lag: lagBenchmark,
};

async function run(args: readonly string[]): Promise<void> {
  const asked = readArguments(args, BENCHMARKS);
  const benchmark = asked && BENCHMARKS[asked.name];
  if (!benchmark) {
    process.stdout.write(helpFor(BENCHMARKS));
    return;
  }
  const { name, quick, json, given } = asked;
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  const { text, figures } = await withScratchDirectory((directory) =>
    benchmark.run({ quick, directory, progress, given }),
  );
  const processors = cpus();
  const machine = { cpus: processors.length, model: processors[0]?.model, node: process.version };
  process.stdout.write(`${text}\n${machine.cpus} CPUs (${machine.model}), Node ${machine.node}\n`);
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify({ name, quick, machine, figures }, undefined, 2)}\n`);
  }
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof UsageError ? `bench: ${error.message}` : error);
  process.exitCode = 1;
}
