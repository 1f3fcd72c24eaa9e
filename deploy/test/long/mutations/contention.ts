import { mutantsOf } from './mutant.ts';

/** None breaks a promise: who is first, and how long the others wait. */
export const contentionMutants = mutantsOf(
  'command-api/src/handling/contention.ts',
  [
    { name: 'the others are given no time to read', from: ' + contended.readMs', to: '' },
    { name: 'nobody rests', from: 'count % turnsBetweenRests === 0', to: 'false' },
    { name: 'everybody rests after each append', from: 'count % turnsBetweenRests === 0', to: 'true' },
    { name: 'appends are not counted', from: 'appends.set(holder, count);', to: '' },
    {
      name: 'a rest may be of any length',
      from: 'now + Math.min(appendMs * turnsOfRest, longestGivenWayMs) }',
      to: 'now + appendMs * turnsOfRest }',
    },
    { name: 'others who were met are given no way', from: 'contended ? contended.way?.nextLookMs :', to: '' },
    {
      name: 'whoever has lost waits too',
      from: 'readMs, inVain: 0 }',
      to: 'readMs, inVain: 0, way: accounts.get(accountId)?.way }',
    },
    {
      name: 'an account is contended for ever',
      from: 'if (!contended || timers.now() < contended.untilMs) return contended;',
      to: 'if (contended) return contended;',
    },
    { name: 'way is given for ever', from: 'if (now < untilMs) {', to: 'if (true) {' },
    { name: 'way is given for one look', from: 'if (now < untilMs) {', to: 'if (false) {' },
    { name: 'way is given however often in vain', from: 'contended.inVain += 1;', to: '' },
    {
      name: 'a turn is waited for once more than it takes',
      from: 'contended.inVain += 1;\n      contended.way = undefined;',
      to: 'contended.inVain += 1;',
    },
    {
      name: 'way is given for as long as it may take',
      from: 'untilMs: now + Math.min(turnMs * turnsGivenWay, longestGivenWayMs),',
      to: 'untilMs: now + turnMs * turnsGivenWay,',
    },
    {
      name: 'the first look is as late as it may be',
      from: 'Math.min(Math.max(turnMs * turnsToFirstLook, shortestPauseMs), longestGivenWayMs)',
      to: 'Math.max(turnMs * turnsToFirstLook, shortestPauseMs)',
    },
    {
      name: 'the first look is at once where turns are short',
      from: 'Math.min(Math.max(turnMs * turnsToFirstLook, shortestPauseMs), longestGivenWayMs)',
      to: 'Math.min(turnMs * turnsToFirstLook, longestGivenWayMs)',
    },
    {
      name: 'the last look is behind the end',
      from: 'Math.min(now + Math.max(turnMs * turnsToNextLook, shortestPauseMs), untilMs)',
      to: 'now + Math.max(turnMs * turnsToNextLook, shortestPauseMs)',
    },
  ].map((mutant) => ({ ...mutant, unseenBySimulation: 'who is first is no promise' })),
);
