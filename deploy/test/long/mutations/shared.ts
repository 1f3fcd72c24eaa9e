import { mutantsOf } from './mutant.ts';

export const sharedMutants = [
  ...mutantsOf('shared/src/money.ts', [{ name: 'the cap is one more', from: '10n ** 18n - 1n', to: '10n ** 18n' }]),
  ...mutantsOf('shared/src/event-store/appending.ts', [
    {
      name: 'an append’s unknown outcome is taken for a wrong revision',
      from: 'throw new OutcomeUnknownError(`no outcome of an append to',
      to: 'throw new WrongRevisionError(`no outcome of an append to',
    },
  ]),
];
