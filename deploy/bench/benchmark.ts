export interface BenchmarkOptions {
  /** Shorter, with fewer rounds. */
  readonly quick: boolean;
  /** An empty directory on the disk where the repository is; it is removed afterwards. */
  readonly directory: string;
  /** Tells what is being done now. */
  readonly progress: (line: string) => void;
  /** Those of the benchmark's own options that were given, by their names. */
  readonly given: Readonly<Record<string, string>>;
}

export interface BenchmarkResult {
  /** For people. */
  readonly text: string;
  /** For programs; goes into a JSON file. */
  readonly figures: unknown;
}

export interface Benchmark {
  /** What it measures, in a line. */
  readonly measures: string;
  /** Options of its own, each with a value: what they are for, by their names. */
  readonly options?: Readonly<Record<string, string>>;
  /** @throws UsageError where the value of an option is wrong */
  run(options: BenchmarkOptions): Promise<BenchmarkResult>;
}
