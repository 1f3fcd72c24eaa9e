import { mutantsOf } from './mutant.ts';

export const sharedMutants = [
  ...mutantsOf('shared/src/events/account-events.ts', [
    { name: 'a withdrawal adds to the balance', from: 'return -event.amount;', to: 'return event.amount;' },
  ]),
  ...mutantsOf('shared/src/event-store/eventstoredb.ts', [
    {
      name: 'an append’s unknown outcome is taken for a wrong revision',
      from: 'throw new OutcomeUnknownError(`no outcome of an append to',
      to: 'throw new WrongRevisionError(`no outcome of an append to',
    },
  ]),
];
