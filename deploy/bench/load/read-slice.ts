/** A short time in which paths are asked for, in a closed loop: each connection asks when it has its answer. */
export interface ReadOrder {
  /** Of the service, on this machine. */
  readonly port: number;
  /** What is asked for, one after another, and again from the first. URL-encoded. */
  readonly paths: readonly string[];
  readonly connections: number;
  /** Load before the measured time. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ReadResult {
  /** Answers in a second. */
  readonly perSecond: number;
  /** Of requests, exact. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers over all: before, in and after the measured time. */
  readonly answers: number;
  /** CPU time of the driver over all of it. */
  readonly driverCpuMs: number;
}
