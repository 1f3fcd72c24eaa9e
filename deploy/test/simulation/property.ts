import fc from 'fast-check';
import type { Outcome } from '../../../command-api/src/handling/outcome.ts';
import { anyPlan } from './plan.ts';
import { checkPromises } from './promises.ts';
import { runPlan } from './run.ts';

/** What has to have come up in a number of runs, or they have shown nothing. */
const expected = [
  'Deposited',
  'Deposited again',
  'Withdrawn',
  'Withdrawn again',
  'insufficient-funds',
  'insufficient-funds again',
  'insufficient-funds-at-date',
  'insufficient-funds-at-date again',
  'transaction-id-reused',
  'account-not-found',
  'currency-mismatch',
  'effective-date-in-future',
  'balance-limit-exceeded',
  'overloaded',
  'service-unavailable',
  'outcome-unknown',
  'not-attempted',
  'opened',
  'opened again',
  'taken',
  'no answer',
  'append written',
  'append repeated',
  'append refused',
  'append written, late',
  'append refused, late',
  'page written',
  'page refused',
  'pages used',
  'pages invalid',
  'pages written',
  'pages repaired',
  'pages failed',
];

/**
 * Runs random plans, and checks each run for every promise. A plan that breaks one is cut down and printed, with the seed
 * and path that lead to it again.
 * @returns how often each thing came up
 */
export async function checkRandomPlans(options: { seed: number; runs: number; path?: string }) {
  const figures = new Map<string, number>(expected.map((name) => [name, 0]));
  const count = (name: string, by = 1) => figures.set(name, (figures.get(name) ?? 0) + by);
  const { seed, runs: numRuns, path } = options;
  // Cutting down takes long; whoever only asks whether something fails does without.
  const endOnFailure = process.env['SHRINK'] === 'no';
  await fc.assert(
    fc.asyncProperty(anyPlan, async (plan) => {
      const run = await runPlan(plan);
      checkPromises(run);
      for (const { answer } of run.journal.commands) count(answer ? nameOf(answer.outcome) : 'no answer');
      for (const { answer } of run.journal.openings) {
        if (!answer) count('no answer');
        else if (answer.outcome.kind === 'opened') count(answer.outcome.replayed ? 'opened again' : 'opened');
        else count(answer.outcome.kind === 'taken' ? 'taken' : answer.outcome.reason);
      }
      for (const [name, times] of [...run.appends, ...run.pages]) count(name, times);
    }),
    { seed, numRuns, endOnFailure, ...(path === undefined ? {} : { path }) },
  );
  return figures;
}

function nameOf(outcome: Outcome): string {
  if (outcome.kind === 'rejected') return outcome.rejection.rule;
  if (outcome.kind === 'unsettled') return outcome.reason;
  const { event } = outcome.transaction;
  const name = event.type === 'WithdrawalRefused' ? event.reason : event.type;
  return outcome.replayed ? `${name} again` : name;
}
