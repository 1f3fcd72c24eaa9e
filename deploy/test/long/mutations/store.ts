import { mutantsOf } from './mutant.ts';

const appending = mutantsOf('command-api/src/handling/append.ts', [
  {
    name: 'events have fresh ids when they are sent again',
    from: 'await store.append(stream, events, expected,',
    to: `await store.append(
        stream,
        pauseMs === firstPauseMs ? events : events.map((event) => ({ ...event, id: globalThis.crypto.randomUUID() })),
        expected,`,
  },
  {
    name: 'nothing is sent again',
    from: 'if (!(error instanceof OutcomeUnknownError) || timers.now() + pauseMs >= deadline) throw error;',
    to: 'throw error;',
    unseenBySimulation: 'it is decided again instead, at the same revision, where one append can land at most',
  },
  {
    name: 'whatever goes wrong is sent again',
    from: '!(error instanceof OutcomeUnknownError) ||',
    to: '',
    unseenBySimulation: 'it ends at the deadline, which is right too',
  },
  {
    name: 'it is sent again for ever',
    from: '|| timers.now() + pauseMs >= deadline',
    to: '',
    unseenBySimulation: 'its store is always back in the end',
  },
  {
    name: 'an attempt may take all the time there is',
    from: 'Math.min(remainingMs, attemptTimeoutMs)',
    to: 'remainingMs',
    unseenBySimulation: 'no outcome in time is right too',
  },
  {
    name: 'an attempt may take longer than there is time',
    from: 'Math.min(remainingMs, attemptTimeoutMs)',
    to: 'attemptTimeoutMs',
    unseenBySimulation: 'no outcome in time is right too',
  },
  {
    name: 'an attempt after the deadline has less than no time',
    from: 'Math.max(deadline - timers.now(), 1)',
    to: 'deadline - timers.now()',
    unseenBySimulation: 'no outcome in time is right too',
  },
  {
    name: 'it is sent again without a pause',
    from: 'await timers.pause(pauseMs);',
    to: '',
    unseenBySimulation: 'it is only a waste',
  },
]);

const streams = mutantsOf('command-api/src/handling/account-stream.ts', [
  {
    name: 'a gap in the revisions is passed over',
    from: 'if (recorded.revision !== expected) {',
    to: 'if (false) {',
    unseenBySimulation: 'its streams are whole',
  },
  {
    name: 'events of unknown types are passed over',
    from: 'if (!read.event) throw new UnreadableEventError',
    to: 'if (!read.event) continue;\n    if (!read.event) throw new UnreadableEventError',
    unseenBySimulation: 'its streams hold none',
  },
  {
    name: 'events of another account are taken in',
    from: 'if (read.event.accountId !== accountId) {',
    to: 'if (false) {',
    unseenBySimulation: 'its streams are whole',
  },
  {
    name: 'only the first reads of outcomes are done',
    from: 'at < ranges.length; at',
    to: 'at < 1; at',
    unseenBySimulation: 'its requests ask for few ids at once',
  },
  {
    name: 'the last of several outcomes is not read',
    from: 'readAccount(store, accountId, first, last - first + 1)',
    to: 'readAccount(store, accountId, first, Math.max(last - first, 1))',
  },
  {
    name: 'outcomes are read only up to the first',
    from: '<= readGap) range.last = revision;',
    to: '<= readGap) continue;',
  },
  {
    name: 'revisions are sorted as text',
    from: '[...wanted].sort((a, b) => a - b)',
    to: '[...wanted].sort()',
    unseenBySimulation: 'its requests ask for few ids at once',
  },
]);

const reading = mutantsOf('command-api/src/handling/account-reader.ts', [
  {
    name: 'the balance that an event’s context says is not compared',
    from: 'if (after.balance !== context.account.balance) {',
    to: 'if (false) {',
    unseenBySimulation: 'its streams are whole',
  },
  {
    name: 'it is read on from what is known already',
    from: 'readAccount(store, accountId, revision + 1)',
    to: 'readAccount(store, accountId, revision)',
  },
  {
    name: 'it is read on from behind what is next',
    from: 'readAccount(store, accountId, revision + 1)',
    to: 'readAccount(store, accountId, revision + 2)',
  },
  { name: 'reading on never finds anything', from: 'return known.account.revision > revision;', to: 'return false;' },
  {
    name: 'reading on always finds something',
    from: 'return known.account.revision > revision;',
    to: 'return true;',
    unseenBySimulation: 'it is only a waste, for what is decided is confirmed once',
  },
  {
    name: 'ids that are taken in are not kept',
    from: 'known.index.add(hash, revision);',
    to: '',
  },
  {
    name: 'what is taken in does not move the timeline',
    from: 'if (known.timeline && delta !== 0n) known.timeline = known.timeline.add(event.effectiveAt, delta);',
    to: '',
  },
  {
    name: 'what is taken in does not change the account',
    from: 'known.account = accountAfter(known.account, recorded);',
    to: '',
  },
]);

const timelines = mutantsOf('command-api/src/handling/load-timeline.ts', [
  {
    name: 'a timeline is read beyond the revision that is known',
    from: 'balance: 0n }, revision)',
    to: 'balance: 0n })',
  },
  {
    name: 'a timeline is read without the newest event',
    from: 'balance: 0n }, revision)',
    to: 'balance: 0n }, revision - 1)',
  },
  {
    name: 'a timeline that does not lead to the balance is believed',
    from: 'if (movements.reached !== revision || timeline.balance !== balance) {',
    to: 'if (movements.reached !== revision) {',
    unseenBySimulation: 'its streams are whole',
  },
  {
    name: 'a timeline that ends too early is believed, where what is missing sums up to nothing',
    from: 'if (movements.reached !== revision || timeline.balance !== balance) {',
    to: 'if (timeline.balance !== balance) {',
    unseenBySimulation: 'its streams are whole',
  },
]);

const cache = mutantsOf('command-api/src/handling/account-cache.ts', [
  {
    name: 'nothing is forgotten',
    from: 'forget(accountId: string): void {\n    this.#accounts.delete(accountId);',
    to: 'forget(_accountId: string): void {',
    unseenBySimulation: 'nothing there makes an account wrong',
  },
  {
    name: 'an account that has grown is not measured again',
    from: 'kept?.known !== known || kept.sizeBytes !== sizeBytes',
    to: 'kept?.known !== known',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
  {
    name: 'the index of an account has no size',
    from: 'index.sizeBytes +',
    to: '0 * index.sizeBytes +',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
  {
    name: 'the timeline of an account has no size',
    from: '(timeline?.sizeBytes ?? 0)',
    to: '0',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
  {
    name: 'the memory has no bound',
    from: 'maxSize: maxBytes,',
    to: 'maxSize: maxBytes * 1_000_000,',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
]);

export const storeMutants = [...appending, ...streams, ...reading, ...timelines, ...cache];
