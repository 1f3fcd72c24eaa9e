import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '@ledger/shared/error-code';

/** The kernel's unit in /proc/PID/stat (USER_HZ), the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The CPU time that a process has used so far, all its threads, in ms; undefined where there is no /proc. */
export function cpuTimeMs(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, , ...times] = statOf(pid);
  return msOf(times.slice(0, 2));
}

/**
 * The CPU time that a process and all its descendants have used so far, in ms; undefined where there is no /proc. What
 * ended meanwhile counts too, once its parent has asked for it.
 */
export function treeCpuTimeMs(root: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const children = new Map<number, { pid: number; ms: number }[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = unlessEnded(() => statOf(pid));
    if (!stat) continue;
    const [, parent, ...times] = stat;
    const siblings = children.get(parent) ?? [];
    siblings.push({ pid, ms: msOf(times) });
    children.set(parent, siblings);
  }
  const timeBelow = (parent: number): number =>
    (children.get(parent) ?? []).reduce((sum, { pid, ms }) => sum + ms + timeBelow(pid), 0);
  return msOf(statOf(root).slice(2)) + timeBelow(root);
}

type Stat = readonly [pid: number, parent: number, utime: number, stime: number, cutime: number, cstime: number];

/** @throws ENOENT or ESRCH for a process that has ended */
function statOf(pid: number): Stat {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, the program's name in brackets, may hold blanks. Fields are counted from 1 in proc(5): the parent is
  // the 4th, utime, stime, cutime and cstime are the 14th to the 17th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return [pid, field(4), field(14), field(15), field(16), field(17)];
}

function msOf(ticks: readonly number[]): number {
  return (ticks.reduce((sum, some) => sum + some, 0) * 1000) / TICKS_PER_SECOND;
}

function unlessEnded<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** The CPU time that this process has used so far, all its threads, in ms. */
export function ownCpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
