import { mutantsOf } from './mutant.ts';

export const appendDraftMutants = mutantsOf('command-api/src/handling/append-draft.ts', [
  {
    name: 'it is not kept which events were sent for a command',
    from: 'if (!resolution.replayed) waiting.sentIds.add(resolution.event.id);',
    to: '',
  },
  {
    name: 'the event of a double in the group counts as sent for it too',
    from: 'if (!resolution.replayed) waiting.sentIds.add',
    to: 'waiting.sentIds.add',
    unseenBySimulation: 'two of one group would have to be met again after an append that was given up: too rare',
  },
  {
    name: 'appended at any revision',
    from: 'events, revision, deadline);',
    to: "events, 'any' as unknown as number, deadline);",
  },
  {
    name: 'a wrong revision fails the commands',
    from: 'if (!(error instanceof WrongRevisionError)) throw error;',
    to: 'throw error;',
  },
  {
    name: 'an unknown outcome is taken for success',
    from: 'if (!(error instanceof WrongRevisionError)) throw error;',
    to: `if (error instanceof OutcomeUnknownError) {
      for (const event of drafted) takeIn(known, event);
      return true;
    }
    if (!(error instanceof WrongRevisionError)) throw error;`,
  },
  {
    name: 'a draft is taken in although its outcome is unknown',
    from: 'if (!(error instanceof WrongRevisionError)) throw error;',
    to: `if (error instanceof OutcomeUnknownError) for (const event of drafted) takeIn(known, event);
    if (!(error instanceof WrongRevisionError)) throw error;`,
  },
  {
    name: 'a draft is taken in although the revision was wrong',
    from: 'if (await readOn(dependencies, known, group)) return false;',
    to: `for (const event of drafted) takeIn(known, event);
    if (await readOn(dependencies, known, group)) return false;`,
  },
  {
    name: 'the draft’s timeline is kept although the revision was wrong',
    from: 'if (await readOn(dependencies, known, group)) return false;',
    to: `for (const { event } of drafted) {
      if (event.type === 'Deposited') known.timeline = known.timeline?.add(event.effectiveAt, event.amount);
      if (event.type === 'Withdrawn') known.timeline = known.timeline?.add(event.effectiveAt, -event.amount);
    }
    if (await readOn(dependencies, known, group)) return false;`,
  },
  {
    name: 'a wrong revision is taken for the proof that nothing was written',
    from: 'if (await readOn(dependencies, known, group)) return false;',
    to: `for (const { waiting } of resolved) waiting.sentIds.clear();
    if (await readOn(dependencies, known, group)) return false;`,
  },
  { name: 'what was sent is not known to have been', from: `waiting.stage = 'sent';`, to: '' },
  {
    name: 'the stream is not read on after a wrong revision',
    from: 'if (await readOn(dependencies, known, group)) return false;',
    to: 'await dependencies.timers.pause(0);\n    return false;',
  },
  {
    name: 'a wrong revision where nothing is found fails the commands',
    from: `return false;
    cache.forget(accountId);
    recent.clear();
    throw new StoreUnavailableError(`,
    to: `return false;
    cache.forget(accountId);
    recent.clear();
    throw new Error(`,
    unseenBySimulation: 'its store loses nothing that it showed',
  },
  {
    name: 'an account is not forgotten where the store says that it ends elsewhere',
    from: `return false;
    cache.forget(accountId);`,
    to: 'return false;',
    unseenBySimulation: 'its store loses nothing that it showed',
  },
  {
    name: 'another revision than the append’s own is believed',
    from: 'if (appended.revision !== revision + drafted.length) {',
    to: 'if (false) {',
    unseenBySimulation: 'its store answers so only to ids that are derived from the transaction’s',
  },
  {
    name: 'an account is not forgotten where its append is answered with another revision',
    from: '+ drafted.length) {\n    cache.forget(accountId);',
    to: '+ drafted.length) {',
    unseenBySimulation: 'its store answers so only to ids that are derived from the transaction’s',
  },
  {
    name: 'what was appended last is still believed where the store says that the account ends elsewhere',
    from: 'return false;\n    cache.forget(accountId);\n    recent.clear();',
    to: 'return false;\n    cache.forget(accountId);',
    unseenBySimulation: 'its store loses nothing that it showed',
  },
  {
    name: 'what was appended last is kept under the revision before',
    from: 'recent.keep(accountId, event);',
    to: 'recent.keep(accountId, { ...event, revision: event.revision - 1 });',
  },
  {
    name: 'what was appended last is kept for whatever account',
    from: 'recent.keep(accountId, event);',
    to: `recent.keep('any', event);`,
    unseenBySimulation: 'it is read from the store then',
  },
  {
    name: 'what was appended is not taken in',
    from: 'for (const event of drafted) takeIn(known, event);',
    to: '',
    unseenBySimulation: 'the next append meets a wrong revision, and it is read then',
  },
  {
    name: 'appends are not told',
    from: 'onAppended(drafted.length);',
    to: '',
    unseenBySimulation: 'it is a figure only',
  },
  {
    name: 'others are met, and it is not kept',
    from: 'contention.othersMet(known.account.accountId, timers.now() - beganMs);',
    to: '',
    unseenBySimulation: 'who is first is no promise',
  },
  {
    name: 'a command whose append came too late is called unknown',
    from: "waiting.stage = 'outrun';",
    to: 'void waiting;',
    unseenBySimulation: 'an outcome may be unknown at any time',
  },
  {
    name: 'a command is called undecided although its own event is in the stream',
    from: 'if (known.index.candidatesOf(hashOfId(waiting.command.transactionId)).length === 0) waiting.stage',
    to: 'waiting.stage',
    unseenBySimulation: 'its event is answered at once, unless the deadline comes just then',
  },
  {
    name: 'a command is called undecided although nothing new is in the stream',
    from: 'if (!(await catchUp(store, known))) return false;',
    to: 'await catchUp(store, known);',
  },
  {
    name: 'appends that came too late are not told',
    from: 'onOutrun(drafted.length);',
    to: '',
    unseenBySimulation: 'it is a figure only',
  },
]);
