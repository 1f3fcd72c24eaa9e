import type { Verdict } from './verdict.ts';

/** One line a mutant: what was broken, and which test failed of it first. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ mutant, stage, ending }) => {
    const file = mutant.file.split('/').at(-1) ?? '';
    return `      ${file.padEnd(20)} ${mutant.name.padEnd(70)} ${endOf(stage, ending)}`;
  });
  const killed = verdicts.filter(({ ending }) => ending.kind === 'failed').length;
  return [...lines, `      ${killed} of ${verdicts.length} were killed`].join('\n');
}

function endOf(stage: string, ending: Verdict['ending']): string {
  if (ending.kind === 'failed') return `${stage}: ${ending.test}`;
  if (ending.kind === 'broken') return `BROKEN, ${stage}: ${ending.reason}`;
  return ending.kind === 'endless' ? `ENDLESS, ${stage}` : 'SURVIVED';
}
