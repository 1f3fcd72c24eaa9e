import type { Acknowledged } from '../commands/book.ts';

/** Commands in an open loop: each is due at its time, however long the ones before it take. */
export interface PacedOrder {
  readonly commandPort: number;
  /** Of query-api, where the accounts of some commands are read until they show them. */
  readonly queryPort: number;
  readonly accounts: number;
  readonly perSecond: number;
  /** Load before the measured time. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface PacedResult {
  /** Commands answered in a second of the measured time. */
  readonly perSecond: number;
  /** From when a command was due to its answer, of those due in the measured time, from the shortest on. */
  readonly latenciesMs: Float64Array;
  /** From a command's answer until a default read of its account shows its revision, from the shortest on. */
  readonly lagsMs: Float64Array;
  /** How often the accounts were read for that. */
  readonly reads: number;
  /** Over all, as `acknowledged` and the CPU time of the driver. */
  readonly commands: number;
  readonly acknowledged: Acknowledged;
  readonly driverCpuMs: number;
}
