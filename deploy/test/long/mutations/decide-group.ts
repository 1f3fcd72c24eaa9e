import { mutantsOf } from './mutant.ts';

export const decideGroupMutants = mutantsOf('command-api/src/handling/decide-group.ts', [
  {
    name: 'later commands of a group don’t see what the earlier ones lead to',
    from: 'const state: DecisionState = { account,',
    to: 'const state: DecisionState = { account: known?.account,',
  },
  {
    name: 'ids of the draft are not seen by later commands of the group',
    from: 'recordedOutcome(inDraft ?? inStream)',
    to: 'recordedOutcome(inStream)',
  },
  {
    name: 'ids of the stream are not looked up',
    from: 'recordedOutcome(inDraft ?? inStream)',
    to: 'recordedOutcome(inDraft)',
  },
  {
    name: 'another id of the same hash is taken for the command’s own',
    from: 'if (recordedOutcome(recorded)?.event.transactionId === transactionId) return recorded;',
    to: 'return recorded;',
    unseenBySimulation: 'no two of its ids have one hash',
  },
  {
    name: 'only the first event of a hash is looked at',
    from: 'if (recordedOutcome(recorded)?.event.transactionId === transactionId) return recorded;',
    to: 'return recordedOutcome(recorded)?.event.transactionId === transactionId ? recorded : undefined;',
    unseenBySimulation: 'no two of its ids have one hash',
  },
  {
    name: 'the timeline of the draft is not carried on',
    from: 'if (timeline && delta !== 0n) timeline = timeline.add(decision.event.effectiveAt, delta);',
    to: '',
  },
  {
    name: 'any number of events goes into one append',
    from: 'drafted.length === limits.events ||',
    to: '',
    unseenBySimulation: 'its requests are small',
  },
  {
    name: 'one event more than the limit goes into one append',
    from: 'drafted.length === limits.events ||',
    to: 'drafted.length > limits.events ||',
    unseenBySimulation: 'its requests are small',
  },
  {
    name: 'any number of bytes goes into one append',
    from: 'drafted.length > 0 && bytes + size > limits.bytes',
    to: 'false',
    unseenBySimulation: 'its commands are small',
  },
  {
    name: 'only what a client sent counts as bytes of an append',
    from: 'const eventOverheadBytes = 900;',
    to: 'const eventOverheadBytes = 0;',
    unseenBySimulation: 'its commands are small',
  },
  {
    name: 'bytes of an append are not added up',
    from: 'bytes += size;',
    to: '',
    unseenBySimulation: 'its commands are small',
  },
  {
    name: 'a command that is larger than an append may be is put off for ever',
    from: '(drafted.length > 0 && bytes + size > limits.bytes)',
    to: '(bytes + size > limits.bytes)',
    unseenBySimulation: 'its commands are small',
  },
  {
    name: 'what does not fit is lost',
    from: 'rest: group.slice(at) };',
    to: 'rest: [] };',
    unseenBySimulation: 'its requests are small',
  },
  {
    name: 'the first that does not fit is lost',
    from: 'rest: group.slice(at) };',
    to: 'rest: group.slice(at + 1) };',
    unseenBySimulation: 'its requests are small',
  },
  {
    name: 'a command’s own event is answered as a replay',
    from: 'replayed: !waiting.sentIds.has(inStream.id)',
    to: 'replayed: true',
  },
  {
    name: 'another’s event is answered as a command’s own',
    from: 'replayed: !waiting.sentIds.has(inStream.id)',
    to: 'replayed: false',
  },
  {
    name: 'the second of two in a group is answered as new',
    from: "{ kind: 'drafted', event: inDraft, replayed: true }",
    to: "{ kind: 'drafted', event: inDraft, replayed: false }",
  },
  {
    name: 'the timeline is loaded only where the first of a group needs it',
    from: 'if (isBackdated(command, { ...account, latestEffectiveAt }, now)) return true;',
    to: 'return isBackdated(command, { ...account, latestEffectiveAt }, now);',
  },
  {
    name: 'what a group itself makes backdated does not load the timeline',
    from: 'latestEffectiveAt = latest(latestEffectiveAt, effectiveAtOf(command, now));',
    to: '',
  },
  {
    name: 'a preview is recorded',
    from: '} else if (waiting.isPreview) {',
    to: '} else if (false) {',
    unseenBySimulation: 'nothing is previewed there',
  },
  {
    name: 'event ids are derived from the transaction’s',
    from: 'id: randomUUID(),',
    to: `id: process
      .getBuiltinModule('node:crypto')
      .createHash('md5')
      .update(command.transactionId)
      .digest('hex')
      .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5'),`,
  },
  {
    name: 'an event says the state before it',
    from: '      const event = draftEvent(waiting, decision.event, account);',
    to: '      const event = draftEvent(waiting, decision.event, { ...account, ...known?.account, revision: account.revision });',
  },
]);
