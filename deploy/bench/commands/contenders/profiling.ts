import { resolve } from 'node:path';
import type { ContenderOptions } from './contender.ts';

/** Node's arguments that leave `NAME.cpuprofile` in the directory where one is asked for. */
export function profiling({ profileDirectory }: Pick<ContenderOptions, 'profileDirectory'>, name: string): string[] {
  if (profileDirectory === undefined) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${resolve(profileDirectory)}`, `--cpu-prof-name=${name}.cpuprofile`];
}
