import { mutantsOf } from './mutant.ts';

const unseenBySimulation = 'its commands are those of the newer API';

const reserving = mutantsOf('command-api/src/handling/reserve-uid.ts', [
  {
    name: 'reserved again by whoever comes',
    from: "[event], 'no_stream', deadline)",
    to: "[event], 'any' as 'no_stream', deadline)",
  },
  {
    name: 'reserved wherever in its stream',
    from: 'if (revision === 0) return',
    to: 'if (revision >= 0) return',
  },
  {
    name: 'reserved for a reader’s own content',
    from: 'if (found) return compare(wanted, found);',
    to: "if (found) return { kind: 'reserved' };",
  },
  {
    name: 'never one’s own, once it is there',
    from: 'return differs.length > 0 ?',
    to: 'return differs.length >= 0 ?',
  },
  { name: 'another account is no difference', from: "['accountId', 'type',", to: "['type'," },
  { name: 'another type is no difference', from: "'type', 'amount',", to: "'amount'," },
  { name: 'another amount is no difference', from: "'amount', 'effectiveAt'] as const", to: "'effectiveAt'] as const" },
  { name: 'another date is no difference', from: "'amount', 'effectiveAt'] as const", to: "'amount'] as const" },
  {
    name: 'the amount is kept as it was written',
    from: 'amount: formatDecimal(amount),',
    to: 'amount: formatDecimal({ ...amount, scale: amount.scale + 1 }),',
  },
  {
    name: 'what somebody has reserved fails the command',
    from: '[WrongRevisionError, OutcomeUnknownError,',
    to: '[OutcomeUnknownError,',
  },
  {
    name: 'an unknown outcome fails the command',
    from: '[WrongRevisionError, OutcomeUnknownError, Store',
    to: '[WrongRevisionError, Store',
  },
  {
    name: 'a reservation is sent for ever',
    from: 'if (timers.now() + retryPauseMs >= deadline) return',
    to: 'if (false) return',
  },
]).map((mutant) => ({ ...mutant, unseenBySimulation }));

const submitting = mutantsOf('command-api/src/handling/submit-once.ts', [
  {
    name: 'what is rejected reserves its id',
    from: "if (preview.kind === 'rejected') return",
    to: 'if (false) return',
  },
  {
    name: 'what had no place in its queue reserves its id',
    from: "if (preview.kind === 'unsettled') return preview;",
    to: '',
  },
  {
    name: 'as much time again for its submission',
    from: 'queues.submit({ command, causation, deadline })',
    to: 'queues.submit({ command, causation })',
  },
  { name: 'a rejection is not counted', from: 'onOutcome(outcome);', to: '' },
  {
    name: 'a withdrawal of more than there can be is refused',
    from: 'preview.event.amount > maxBalanceMinor',
    to: 'false',
  },
  {
    name: 'a deposit of more than there can be is one too many',
    from: 'rejection.amount > maxBalanceMinor',
    to: 'false',
  },
  { name: 'any deposit over the cap is too large', from: ' && rejection.amount > maxBalanceMinor', to: '' },
  {
    name: 'whoever else has reserved the id',
    from: "return reservation.kind === 'reserved' ? undefined : reservation;",
    to: "return reservation.kind === 'unsettled' ? reservation : undefined;",
  },
  {
    name: 'submitted without a reservation',
    from: "return reservation.kind === 'reserved' ? undefined : reservation;",
    to: "return reservation.kind === 'uid-reused' ? reservation : undefined;",
  },
  {
    name: 'any number may be under way',
    from: "if (underWay >= mostUnderWay) return told({ kind: 'unsettled', reason: 'overloaded' });",
    to: '',
  },
  { name: 'those that have ended still count', from: 'underWay -= 1;', to: '' },
  {
    name: 'waits for the reservation beyond the deadline',
    from: 'Promise.race([reserving, late])',
    to: 'Promise.race([reserving])',
  },
]).map((mutant) => ({ ...mutant, unseenBySimulation }));

/** Faults in transaction ids that are unique in the whole service. */
export const uniqueMutants = [...reserving, ...submitting];
