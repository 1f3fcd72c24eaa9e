import { readFileSync } from 'node:fs';

/** The kernel's unit in /proc/PID/stat (USER_HZ), the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The CPU time that a process has used so far, all its threads, in ms; undefined where there is no /proc. */
export function cpuTimeMs(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field, the program's name in brackets, may hold blanks. utime and stime are the 14th and the 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** The CPU time that this process has used so far, all its threads, in ms. */
export function ownCpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
