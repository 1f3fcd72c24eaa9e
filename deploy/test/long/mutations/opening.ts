import { mutantsOf } from './mutant.ts';

const opening = mutantsOf('command-api/src/handling/open-account.ts', [
  {
    name: 'each attempt has a fresh id',
    from: 'const recorded = toJsonEvent(id,',
    to: 'const recorded = toJsonEvent(randomUUID(),',
  },
  {
    name: 'each attempt says another time',
    from: 'attempt.opening ??= draftOpening(',
    to: 'attempt.opening = draftOpening(',
    unseenBySimulation: 'one would have to be met again after an append that was given up: too rare',
  },
  {
    name: 'an opening’s own event is answered as a replay',
    from: "if (id === ownId) return { kind: 'opened', account: event, recordedAt, replayed: false };",
    to: 'void ownId;',
  },
  {
    name: 'another’s opening is answered as new',
    from: "{ kind: 'opened', account: event, recordedAt, replayed: true }",
    to: "{ kind: 'opened', account: event, recordedAt, replayed: false }",
  },
  { name: 'that the id is taken is not told', from: 'return differs.length > 0', to: 'return false' },
  { name: 'another name is the same account', from: "command.name !== event.name && 'name',", to: '' },
  {
    name: 'another currency is the same account',
    from: "command.currency !== undefined && command.currency !== event.currency && 'currency',",
    to: '',
    unseenBySimulation: 'its openings differ in their names only',
  },
  {
    name: 'a currency left out is another one',
    from: 'command.currency !== undefined && command.currency !== event.currency &&',
    to: 'command.currency !== event.currency &&',
  },
  {
    name: 'other metadata are the same account',
    from: "!sameMetadata(command.metadata, event.metadata) && 'metadata',",
    to: '',
    unseenBySimulation: 'its openings differ in their names only',
  },
  {
    name: 'an account is opened before the clock is known',
    from: "if (recordedAt === undefined) throw new StoreUnavailableError('the event store’s clock is not known yet');",
    to: 'if (recordedAt === undefined) return draftOpening({ accountId, name, currency, metadata }, { ...clock, now: () => Date.now() }, defaultCurrency);',
  },
  {
    name: 'any number of openings may be under way',
    from: "if (underWay >= mostOpenings) return { kind: 'unsettled', reason: 'overloaded' };",
    to: '',
    unseenBySimulation: 'it is a load, no promise',
  },
  {
    name: 'openings that are over still count',
    from: 'underWay -= 1;',
    to: '',
    unseenBySimulation: 'its openings are few',
  },
  {
    name: 'no deadline',
    from: 'resolve(unsettled(attempt));\n      });',
    to: '});',
  },
  { name: 'an opening goes on for ever', from: 'attempt.isOver = true;', to: '' },
  {
    name: 'an opening that was answered while it read is sent all the same',
    from: 'if (attempt.isOver) break;',
    to: '',
  },
  { name: 'opened at any revision', from: "'no_stream', deadline);", to: "'any' as 'no_stream', deadline);" },
  {
    name: 'what was sent is not called unknown',
    from: "opening ? 'outcome-unknown' : 'service-unavailable'",
    to: "'service-unavailable'",
  },
  {
    name: 'somebody who was there before fails the opening',
    from: '[StoreUnavailableError, OutcomeUnknownError, WrongRevisionError]',
    to: '[StoreUnavailableError, OutcomeUnknownError]',
  },
  {
    name: 'an unavailable store fails the opening',
    from: '[StoreUnavailableError, OutcomeUnknownError, WrongRevisionError]',
    to: '[OutcomeUnknownError, WrongRevisionError]',
  },
  {
    name: 'an unknown outcome fails the opening',
    from: '[StoreUnavailableError, OutcomeUnknownError, WrongRevisionError]',
    to: '[StoreUnavailableError, WrongRevisionError]',
  },
  {
    name: 'an opening at another revision than the first is believed',
    from: 'if (revision !== 0) throw',
    to: 'if (false) throw',
    unseenBySimulation: 'its store answers none so',
  },
  {
    name: 'a stream that does not begin with an opening is believed',
    from: `if (event?.type !== 'AccountOpened' || event.accountId !== accountId || recorded.revision !== 0) {`,
    to: `if (event?.type !== 'AccountOpened' || event.accountId !== accountId) {`,
    unseenBySimulation: 'its streams are whole',
  },
  {
    name: 'the opening of another account is believed',
    from: `if (event?.type !== 'AccountOpened' || event.accountId !== accountId || recorded.revision !== 0) {`,
    to: `if (event?.type !== 'AccountOpened' || recorded.revision !== 0) {`,
    unseenBySimulation: 'its streams are whole',
  },
  {
    name: 'nobody looks whether the account is there',
    from: 'if (first) return outcomeOf(command, first, id);',
    to: 'if (first && attempt.opening) return outcomeOf(command, first, id);',
    unseenBySimulation: 'the append at `no_stream` finds it as well',
  },
]);

const clock = mutantsOf('command-api/src/handling/store-clock.ts', [
  {
    name: 'the machine’s clock stands in for the store’s',
    from: 'offsetMs: recorded.created.getTime() - acknowledgedAt',
    to: 'offsetMs: Date.now() - acknowledgedAt',
  },
  {
    name: 'the clock goes back',
    from: 'latest = latest === undefined || now > latest ? now : latest;',
    to: 'latest = now;',
    unseenBySimulation: 'recordedAt is held up to the account’s last all the same',
  },
  {
    name: 'any event of the stream is taken for the probe',
    from: 'if (recorded.id !== id) continue;',
    to: '',
    unseenBySimulation: 'each instance has a stream of its own',
  },
  {
    name: 'the clock is ready before the probe',
    from: 'if (!known) return undefined;',
    to: 'if (!known) return Date.now();',
  },
  {
    name: 'what passed between the probe and its answer is added: the clock is ahead of the store’s',
    from: "const { revision } = await store.append(stream, [event], 'any', probeTimeoutMs);\n    const acknowledgedAt = timers.now();",
    to: "const acknowledgedAt = timers.now();\n    const { revision } = await store.append(stream, [event], 'any', probeTimeoutMs);",
    unseenBySimulation: 'its store’s clock jumps by more',
  },
  {
    name: 'a probe that can’t be read back is a success',
    from: 'throw new StoreUnavailableError(',
    to: 'void new StoreUnavailableError(',
    unseenBySimulation: 'a clock that is known late only delays',
  },
  {
    name: 'a probe that failed is not tried again sooner',
    from: 'waitMs = retryIntervalMs;',
    to: '',
    unseenBySimulation: 'a clock that is known late only delays',
  },
  {
    name: 'the store is probed once only',
    from: 'if (!isStopped) cancel = timers.after(',
    to: 'if (!isStopped && !known) cancel = timers.after(',
    unseenBySimulation: 'recordedAt is held up to the account’s last all the same',
  },
  {
    name: 'that the machine has slept is not noticed',
    from: 'Math.abs(timers.wallClock() - monotonic - known.driftMs) > driftLimitMs',
    to: 'false',
    unseenBySimulation: 'a clock that is behind is right too',
  },
  {
    name: 'the store is not probed at once after a sleep',
    from: `        probeNow();
`,
    to: '',
    unseenBySimulation: 'a clock that is known late only delays',
  },
  {
    name: 'a clock that was stopped goes on',
    from: `isStopped = true;
      cancel();`,
    to: '',
    unseenBySimulation: 'nothing there is stopped',
  },
  {
    name: 'a clock that is stopped while it probes goes on',
    from: 'if (!isStopped) cancel =',
    to: 'cancel =',
    unseenBySimulation: 'nothing there is stopped',
  },
  {
    name: 'all probes stay readable',
    from: 'if (!known) await store.setMaxCount(stream, 1);',
    to: '',
    unseenBySimulation: 'it is only a waste',
  },
]);

export const openingMutants = [...opening, ...clock];
