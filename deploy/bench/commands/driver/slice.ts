import type { Acknowledged } from '../book.ts';
import type { Workload } from '../workloads.ts';

/** A short time under one workload at one service. */
export interface SliceOrder {
  /** Of the service, on this machine. */
  readonly port: number;
  readonly workload: Workload;
  readonly connections: number;
  /** Seeds the commands, and begins their transaction ids. */
  readonly slice: string;
  /** Load before the measured time. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface SliceResult {
  /** Commands settled in a second. */
  readonly perSecond: number;
  /** Of requests, exact. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Commands settled over all: before, in and after the measured time. */
  readonly commands: number;
  readonly acknowledged: Acknowledged;
  /** CPU time of the driver over all of it. */
  readonly driverCpuMs: number;
}
