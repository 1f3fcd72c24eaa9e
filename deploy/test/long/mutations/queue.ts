import { mutantsOf } from './mutant.ts';

const queue = mutantsOf('command-api/src/handling/account-queue.ts', [
  {
    name: 'two groups of one account are handled at once',
    from: `queue.waiting.add(waiting);
      return;`,
    to: `queue.waiting.add(waiting);
      turns.push(accountId);
      handleNext();
      return;`,
  },
  {
    name: 'commands that come together are not decided together',
    from: 'if (turns.length === 1) void timers.endOfTurn().then(handleNext);',
    to: 'handleNext();',
    unseenBySimulation: 'it is only a waste',
  },
  {
    name: 'a command that waits alone is never decided',
    from: 'if (turns.length === 1) void',
    to: 'if (turns.length === 2) void',
  },
  {
    name: 'any number of accounts is handled at once',
    from: 'while (handled < limits.accountsAtOnce) {',
    to: 'while (true) {',
    unseenBySimulation: 'it is a load, no promise',
  },
  { name: 'turns that are over still count', from: 'handled -= 1;', to: '' },
  {
    name: 'nobody’s turn comes after a turn is over',
    from: 'handled -= 1;\n        handleNext();',
    to: 'handled -= 1;',
  },
  {
    name: 'what comes next is put behind what has come meanwhile',
    from: 'queue.next = await handleGroup(dependencies, accountId, group);',
    to: 'for (const waiting of await handleGroup(dependencies, accountId, group)) queue.waiting.add(waiting);',
  },
  {
    name: 'what comes next is lost',
    from: 'queue.next = await handleGroup(dependencies, accountId, group);',
    to: 'await handleGroup(dependencies, accountId, group);',
  },
  {
    name: 'what has come meanwhile gets no turn',
    from: 'if (queue.next.length > 0 || queue.waiting.size > 0)',
    to: 'if (queue.next.length > 0)',
  },
  {
    name: 'what comes next gets no turn',
    from: 'if (queue.next.length > 0 || queue.waiting.size > 0)',
    to: 'if (queue.waiting.size > 0)',
  },
  {
    name: 'an account is not forgotten after a failure',
    from: 'cache.forget(accountId);',
    to: '',
    unseenBySimulation: 'nothing fails there but for what is damaged',
  },
  {
    name: 'a failure is told to nobody',
    from: 'for (const waiting of group) failWaiting(waiting, error);',
    to: 'void error;',
    unseenBySimulation: 'nothing fails there but for what is damaged',
  },
  {
    name: 'what waits behind a group that failed is lost',
    from: 'for (const waiting of group) failWaiting(waiting, error);',
    to: 'for (const waiting of group) failWaiting(waiting, error);\n      queue.waiting.clear();',
    unseenBySimulation: 'nothing fails there but for what is damaged',
  },
  {
    name: 'an account with more to do gets no further turn',
    from: 'if (queue.next.length > 0 || queue.waiting.size > 0) giveTurn(accountId);',
    to: 'if (queue.next.length > 0 || queue.waiting.size > 0) return;',
  },
  {
    name: 'an account with more to do comes first again',
    from: 'if (queue.next.length > 0 || queue.waiting.size > 0) giveTurn(accountId);',
    to: 'if (queue.next.length > 0 || queue.waiting.size > 0) turns.unshift(accountId);',
    unseenBySimulation: 'it is unfair, and no promise',
  },
  {
    name: 'an account that gives way has its next turn at once',
    from: 'if (pauseMs > 0) void',
    to: 'if (false) void',
    unseenBySimulation: 'who is first is no promise',
  },
  {
    name: 'an account that has given way gets no turn',
    from: 'turns.push(accountId);\n    handleNext();',
    to: 'handleNext();',
  },
  { name: 'the queue of an account that has nothing to do stays', from: 'else queues.delete(accountId);', to: '' },
  { name: 'what was turned away does not end its request', from: 'if (sequence) sequence.ended = true;', to: '' },
  {
    name: 'what was turned away ends those before it too',
    from: 'if (sequence) sequence.ended = true;',
    to: 'if (sequence) sequence.broken = true;',
    unseenBySimulation: 'no outcome in time is right too',
  },
  {
    name: 'what comes after one that was turned away is taken',
    from: 'if (sequence?.broken || sequence?.ended) {',
    to: 'if (sequence?.broken) {',
  },
  {
    name: 'what is not attempted keeps its place',
    from: 'if (reserved) room.leave(reserved);',
    to: '',
    unseenBySimulation: 'no place is taken beforehand there',
  },
  {
    name: 'what comes after one without an outcome waits for a place of its own',
    from: 'if (sequence?.broken || sequence?.ended) {',
    to: 'if (sequence?.ended) {',
    unseenBySimulation: 'it is not decided either way',
  },
  {
    name: 'a place that was taken beforehand is taken twice',
    from: 'reserved ?? room.enter(command)',
    to: 'room.enter(command)',
    unseenBySimulation: 'no place is taken beforehand there',
  },
  { name: 'a place is kept for ever', from: 'room.leave(place);', to: '' },
  {
    name: 'outcomes are not counted',
    from: 'onOutcome(outcome);',
    to: '',
    unseenBySimulation: 'it is a figure only',
  },
  {
    name: 'previews are counted as outcomes',
    from: 'preview: (submission) => enter(submission, true),',
    to: "preview: (submission) =>\n      enter(submission, true).then((outcome) => {\n        if (outcome.kind !== 'previewed') onOutcome(outcome);\n        return outcome;\n      }),",
    unseenBySimulation: 'nothing is previewed there',
  },
  {
    name: 'a submission’s own deadline is passed over',
    from: 'submission.deadline ?? timers.now() + deadlineMs',
    to: 'timers.now() + deadlineMs',
    unseenBySimulation: 'its commands have none',
  },
  {
    name: 'no deadline',
    from: 'const cancelDeadline = timers.after(Math.max(deadline - timers.now(), 0), () => leaveUnsettled(waiting));',
    to: 'const cancelDeadline = () => {};',
  },
]);

const room = mutantsOf('command-api/src/handling/queue-room.ts', [
  {
    name: 'an account may take all the room for commands',
    from: 'taken.commands >= limits.commands - commands ||',
    to: 'commands >= limits.commands ||',
    unseenBySimulation: 'it is unfair, and no promise',
  },
  {
    name: 'an account may take all the room for bytes',
    from: '|| taken.bytes >= limits.bytes - bytes',
    to: '|| bytes >= limits.bytes',
    unseenBySimulation: 'it is unfair, and no promise',
  },
  {
    name: 'any number of commands has room',
    from: 'taken.commands >= limits.commands - commands ||',
    to: '',
    unseenBySimulation: 'it is a load, no promise',
  },
  {
    name: 'any number of bytes has room',
    from: '|| taken.bytes >= limits.bytes - bytes',
    to: '',
    unseenBySimulation: 'it is a load, no promise',
  },
  {
    name: 'commands that wait are not counted',
    from: 'commands += 1;\n    bytes',
    to: 'bytes',
    unseenBySimulation: 'it is a load, no promise',
  },
  { name: 'the place of a command is not given back', from: 'commands -= 1;\n      bytes', to: 'bytes' },
  {
    name: 'the bytes of a command are not given back',
    from: 'bytes -= sizeBytes;\n      taken.commands',
    to: 'taken.commands',
    unseenBySimulation: 'its commands are small',
  },
  { name: 'the share of an account is not given back', from: 'taken.commands -= 1;', to: '' },
  {
    name: 'the bytes of an account are not given back',
    from: 'taken.bytes -= sizeBytes;',
    to: '',
    unseenBySimulation: 'its commands are small',
  },
  {
    name: 'the commands of an account are not counted',
    from: 'taken.commands += 1;',
    to: '',
    unseenBySimulation: 'it is a load, no promise',
  },
  {
    name: 'the bytes of an account are not counted',
    from: 'taken.bytes += sizeBytes;',
    to: '',
    unseenBySimulation: 'its commands are small',
  },
  {
    name: 'nobody is woken by a place that is free again',
    from: 'for (const wake of onLeave) wake();',
    to: '',
    unseenBySimulation: 'nobody waits for a place there',
  },
  {
    name: 'who waits for a place takes none',
    from: 'const place = enter(command);\n        if (place) return place;',
    to: 'const place = enter(command);\n        if (place) this.leave(place);\n        if (place) return place;',
    unseenBySimulation: 'nobody waits for a place there',
  },
  {
    name: 'the queues are said to be idle while commands wait',
    from: 'while (commands > 0) await someoneLeaves();',
    to: '',
    unseenBySimulation: 'it does not ask',
  },
]);

const submission = mutantsOf('command-api/src/handling/submission.ts', [
  {
    name: 'a command is settled twice',
    from: 'if (!open) return;\n      open = false;\n      settled(outcome);',
    to: 'settled(outcome);',
  },
  {
    name: 'a command fails that has ended',
    from: 'if (!open) return;\n      open = false;\n      failed(error);',
    to: 'failed(error);',
    unseenBySimulation: 'nothing fails there but for what is damaged',
  },
  {
    name: 'what never had its turn is called unavailable',
    from: `queued: 'overloaded',`,
    to: `queued: 'service-unavailable',`,
    unseenBySimulation: 'both are true of a command that was not decided',
  },
  {
    name: 'sizes count characters, not bytes',
    from: 'Buffer.byteLength(JSON.stringify([description, metadata]))',
    to: 'JSON.stringify([description, metadata]).length',
    unseenBySimulation: 'its commands are small',
  },
  {
    name: 'descriptions and metadata have no size',
    from: ' + Buffer.byteLength(JSON.stringify([description, metadata]))',
    to: '',
    unseenBySimulation: 'its commands are small',
  },
  {
    name: 'what comes after one without an outcome is decided',
    from: 'if (waiting.isOpen() && waiting.sequence?.broken) leaveUnsettled(waiting);',
    to: '',
    unseenBySimulation: 'what was decided before an earlier deadline looks the same from outside',
  },
  { name: 'what has ended is decided', from: 'return waiting.isOpen();', to: 'return true;' },
  {
    name: 'one that has ended breaks its request once more',
    from: 'leaveUnsettled(waiting: Waiting): void {\n  if (!waiting.isOpen()) return;',
    to: 'leaveUnsettled(waiting: Waiting): void {',
    unseenBySimulation: 'nobody asks it of one that has ended',
  },
  { name: 'what was sent is not called unknown', from: `sent: 'outcome-unknown',`, to: `sent: 'service-unavailable',` },
  {
    name: 'what was not attempted is called overloaded',
    from: `sequence?.broken && stage !== 'sent' ? 'not-attempted' : reasons[stage]`,
    to: 'reasons[stage]',
    unseenBySimulation: 'a request may have two reasons of its own',
  },
  {
    name: 'what was sent is called not attempted behind one without an outcome',
    from: `sequence?.broken && stage !== 'sent'`,
    to: 'sequence?.broken',
  },
  {
    name: 'one without an outcome does not break its request',
    from: `  if (sequence) sequence.broken = true;
  waiting.settle({`,
    to: '  waiting.settle({',
  },
  {
    name: 'one that failed breaks its request although it had ended before',
    from: 'failWaiting(waiting: Waiting, error: unknown): void {\n  if (!waiting.isOpen()) return;',
    to: 'failWaiting(waiting: Waiting, error: unknown): void {',
    unseenBySimulation: 'nothing fails there but for what is damaged',
  },
  {
    name: 'one that failed does not break its request',
    from: 'if (waiting.sequence) waiting.sequence.broken = true;',
    to: '',
    unseenBySimulation: 'nothing fails there but for what is damaged',
  },
]);

export const queueMutants = [...queue, ...room, ...submission];
