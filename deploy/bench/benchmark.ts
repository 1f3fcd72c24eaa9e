export interface BenchmarkOptions {
  /** Shorter, with fewer rounds. */
  readonly quick: boolean;
  /** An empty directory on the disk where the repository is; it is removed afterwards. */
  readonly directory: string;
  /** Tells what is being done now. */
  readonly progress: (line: string) => void;
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
  run(options: BenchmarkOptions): Promise<BenchmarkResult>;
}
