import { mutantsOf } from './mutant.ts';

export const handleGroupMutants = mutantsOf('command-api/src/handling/handle-group.ts', [
  {
    name: 'what ended while reading is sent all the same',
    from: 'decideGroup(known, found, group.filter(isToBeDecided), now,',
    to: 'decideGroup(known, found, group, now,',
  },
  {
    name: 'what was tried is called overloaded',
    from: `for (const waiting of open) if (waiting.stage === 'queued') waiting.stage = 'handled';`,
    to: '',
    unseenBySimulation: 'both are true of a command that was not decided',
  },
  {
    name: 'an unavailable store fails the commands',
    from: 'if (!(error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError)) throw error;',
    to: 'if (!(error instanceof OutcomeUnknownError)) throw error;',
  },
  {
    name: 'an unknown outcome fails the commands',
    from: 'if (!(error instanceof StoreUnavailableError || error instanceof OutcomeUnknownError)) throw error;',
    to: 'if (!(error instanceof StoreUnavailableError)) throw error;',
  },
  {
    name: 'an unavailable store is not tried again',
    from: 'return open;',
    to: 'return [];',
    unseenBySimulation: 'no outcome in time is right too',
  },
  {
    name: 'an unavailable store is tried again without a pause',
    from: 'await dependencies.timers.pause(retryPauseMs);',
    to: 'await dependencies.timers.pause(0);',
    unseenBySimulation: 'it is only a waste',
  },
  {
    name: 'that an account is absent is kept',
    from: 'const known = cached ?? (await loadAccount(store, accountId, dependencies.pages, movements));',
    to: `const absent = ((cache as unknown as { absent?: Set<string> }).absent ??= new Set());
  const known = cached ?? (absent.has(accountId) ? undefined : await loadAccount(store, accountId, dependencies.pages, movements));
  if (!known) absent.add(accountId);`,
  },
  {
    name: 'a timeline is never loaded',
    from: 'known.timeline = await loadTimeline(store, known.account, dependencies.pages, movements);',
    to: '',
  },
  {
    name: 'what is in the stream already waits for what may yet come into it',
    from: "if (resolution.kind === 'found') waiting.settle(outcomeOf(resolution));",
    to: '',
    unseenBySimulation: 'a late answer is right too',
  },
  {
    name: 'what did not land is acknowledged',
    from: 'if (!(await appendDraft(dependencies, known, decision, group))) return group;',
    to: 'await appendDraft(dependencies, known, decision, group);',
  },
  {
    name: 'rejections are not confirmed',
    from: '} else if (known && !isConfirmed && dependsOnNewest(decision) && (await readOn(dependencies, known, group))) {',
    to: '} else if (false) {',
  },
  {
    name: 'rejections are confirmed only on what was just loaded',
    from: 'let isConfirmed = !cached;',
    to: 'let isConfirmed = cached !== undefined;',
  },
  {
    name: 'only a rejection by the cap is confirmed',
    from: "resolution.rejection.rule !== 'transaction-id-reused')",
    to: "resolution.rejection.rule === 'balance-limit-exceeded')",
  },
  {
    name: 'a preview is not confirmed',
    from: "resolution.kind === 'previewed' ||\n",
    to: '',
    unseenBySimulation: 'nothing is previewed there',
  },
  {
    name: 'a rejection that is no longer right is answered, once confirmed',
    from: `(await readOn(dependencies, known, group))) {
      continue;`,
    to: '(await readOn(dependencies, known, group))) {',
  },
  {
    name: 'the size of an account that has grown is not measured',
    from: `if (known) keep(dependencies, known);
    for (const`,
    to: 'for (const',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
  {
    name: 'what does not fit is not handled',
    from: 'return decision.rest;',
    to: 'return [];',
    unseenBySimulation: 'its requests are small',
  },
  {
    name: 'recordedAt goes back with the clock',
    from: 'return known ? Math.max(now, known.account.recordedAt) : now;',
    to: 'return now;',
  },
  {
    name: 'the machine’s clock stands in for a clock that is not known yet',
    from: "if (now === undefined) throw new StoreUnavailableError('the event store’s clock is not known yet');",
    to: 'if (now === undefined) return Date.now();',
  },
  {
    name: 'an append that has landed gives nobody way',
    from: 'contention.landed(accountId, known, timers.now() - beganMs);',
    to: '',
    unseenBySimulation: 'who is first is no promise',
  },
  {
    name: 'whoever gives way does not look for others’ events',
    from: 'if (cached && contention.givesWay(accountId)) {',
    to: 'if (false) {',
    unseenBySimulation: 'who is first is no promise',
  },
  {
    name: 'whoever gives way looks once, and waits no longer',
    from: 'if (!isMet && contention.nobodyMet(accountId)) return group;',
    to: 'if (!isMet) contention.nobodyMet(accountId);',
    unseenBySimulation: 'who is first is no promise',
  },
]);
