import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createRandom } from '../kill-rounds/random.ts';
import { allMutants } from './all-mutants.ts';
import type { Mutant } from './mutant.ts';
import { tableOf } from './table.ts';
import { copyTree, type TreeCopy } from './tree-copy.ts';
import { judge, runStage, type Stage, type Verdict } from './verdict.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
/** So many of them, chosen by the seed; all, where it is not set. */
const sample = Number(process.env['MUTANTS'] ?? allMutants.length);
/** Only those whose file or name has one of these texts in it, with a `|` between them. */
const only = (process.env['ONLY'] ?? '').split('|');
/** Whether the simulation has to tell each mutant of the handling of commands alone, but for those that it can't. */
const isSimulationOnly = process.env['SIMULATION_ONLY'] === 'yes';

const stages: readonly Stage[] = isSimulationOnly ? ['simulation'] : ['unit', 'simulation', 'http'];
const atOnce = 2;

function isForSimulation({ file, unseenBySimulation }: Mutant): boolean {
  return file.startsWith('command-api/src/handling/') && unseenBySimulation === undefined;
}

function choose(isAsked: (mutant: Mutant) => boolean): readonly Mutant[] {
  const random = createRandom(seed);
  const inQuestion = allMutants.filter(
    (mutant) =>
      isAsked(mutant) &&
      only.some((text) => `${mutant.file}: ${mutant.name}`.includes(text)) &&
      (!isSimulationOnly || isForSimulation(mutant)),
  );
  const left = [...inQuestion];
  const chosen = new Set<Mutant>();
  while (left.length > 0 && chosen.size < sample) {
    for (const mutant of left.splice(random.below(left.length), 1)) chosen.add(mutant);
  }
  return inQuestion.filter((mutant) => chosen.has(mutant));
}

/** Breaks the code as each mutant says, one after another, and expects a test to fail of it. */
export function tryMutants(what: string, isAsked: (mutant: Mutant) => boolean): void {
  describe(`tests of ${what} that are broken on purpose (SEED=${seed})`, function () {
    this.timeout(60 * 60_000);
    const chosen = choose(isAsked);
    const verdicts = new Map<Mutant, Promise<Verdict>>();
    const trees: TreeCopy[] = [];
    const turns: Promise<unknown>[] = [];

    before(async () => {
      for (let i = 0; i < atOnce; i++) trees.push(await copyTree());
    });
    after(async () => {
      await Promise.all(turns);
      for (const tree of trees) await tree.remove();
      console.log(tableOf(await Promise.all(verdicts.values())));
    });

    it('load nothing but the copy that is broken', () => {
      const script = 'console.log(import.meta.resolve("@ledger/shared/money"))';
      const node = ['--import', 'tsx', '--conditions', 'ledger-source', '--input-type=module', '--eval', script];
      for (const { path } of trees) {
        const loaded = execFileSync(process.execPath, node, { cwd: path, encoding: 'utf8' }).trim();
        expect(fileURLToPath(loaded)).to.equal(`${path}/shared/src/money.ts`);
      }
    });

    it('pass while nothing is broken', async () => {
      const [tree] = trees;
      if (!tree) throw new Error('there is no copy of the tree');
      for (const stage of stages) {
        expect(await runStage(tree.path, stage, 'command-api/src/account/decide.ts')).to.deep.equal({ kind: 'passed' });
      }
      for (const [at, mutant] of chosen.entries()) {
        const place = at % atOnce;
        const { path, withMutant } = trees[place] ?? tree;
        // A copy has one fault at a time.
        const verdict = (turns[place] ?? Promise.resolve()).then(() =>
          withMutant(mutant, () => judge(path, mutant, stages)),
        );
        turns[place] = verdict.catch(() => {});
        verdicts.set(mutant, verdict);
      }
    });

    for (const mutant of chosen) {
      it(`fail: ${mutant.file}: ${mutant.name}`, async function () {
        const verdict = await verdicts.get(mutant);
        // The tests fail by themselves, which is told once.
        if (!verdict) return this.skip();
        expect(verdict.ending.kind, JSON.stringify(verdict.ending)).to.equal('failed');
      });
    }
  });
}
