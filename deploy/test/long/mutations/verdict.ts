import type { Mutant } from './mutant.ts';
import { type Ending, runTests } from './run-tests.ts';

export type Stage = 'unit' | 'simulation' | 'http';

/** Which tests a fault made fail first: none of them, where it survives. */
export interface Verdict {
  readonly mutant: Mutant;
  readonly stage: Stage;
  /** Of the last stage that was run. */
  readonly ending: Ending;
}

/** Any would do; this one is kept, so that a verdict does not depend on luck. */
const simulation = { SEED: '1', SHRINK: 'no' };

/** Runs the tests of a stage that guard this file, those of its own folder first. */
export function runStage(tree: string, stage: Stage, file: string): Promise<Ending> {
  if (stage === 'simulation') return runTests(tree, ['deploy/test/simulation/simulation.test.ts'], simulation);
  if (stage === 'http') return runTests(tree, ['command-api/src/http/**/*.test.ts']);
  if (file.startsWith('shared/src/event-store/')) return runTests(tree, ['shared/src/event-store/*.test.ts']);
  const beside = file.startsWith('shared/') ? [file.replace(/\.ts$/, '.test.ts')] : [];
  const folders = ['command-api/src/account', 'command-api/src/handling'];
  if (file.startsWith('command-api/src/handling/')) folders.reverse();
  return runTests(tree, [...beside, ...folders.map((folder) => `${folder}/**/*.test.ts`)]);
}

/** Runs the stages, on a tree that has the fault in it, until a test fails. */
export async function judge(tree: string, mutant: Mutant, stages: readonly Stage[]): Promise<Verdict> {
  let verdict: Verdict = { mutant, stage: 'unit', ending: { kind: 'passed' } };
  for (const stage of stages) {
    verdict = { mutant, stage, ending: await runStage(tree, stage, mutant.file) };
    if (verdict.ending.kind !== 'passed') break;
  }
  return verdict;
}
