import { mutantsOf } from './mutant.ts';

const evolving = mutantsOf('command-api/src/account/account.ts', [
  {
    name: 'an account may be opened twice',
    from: 'if (account) throw new Error',
    to: 'if (false) throw new Error',
  },
  {
    name: 'a stream may begin without its opening',
    from: 'if (!account) throw new Error',
    to: "account ??= evolve(undefined, { ...event, type: 'AccountOpened', name: '', decimals: 2 }, recordedAt);\n  if (false) throw new Error",
  },
  {
    name: 'the balance that an event says is not compared',
    from: 'if (event.balance !== balance) {',
    to: 'if (false) {',
  },
  { name: 'the latest date goes back', from: 'return a === null || b > a ? b : a;', to: 'return b;' },
  {
    name: 'a refusal moves the latest date',
    from: "case 'WithdrawalRefused':\n      return next;",
    to: "case 'WithdrawalRefused':\n      return { ...next, latestEffectiveAt: latest(account.latestEffectiveAt, event.effectiveAt) };",
  },
  {
    name: 'recordedAt of the newest event is not kept',
    from: 'balance, recordedAt, revision:',
    to: 'balance, revision:',
  },
  { name: 'revisions don’t rise', from: 'revision: account.revision + 1', to: 'revision: account.revision' },
]);

const asking = mutantsOf('command-api/src/account/commands.ts', [
  { name: 'the type is not in the hash', from: 'command.type,', to: '' },
  { name: 'the amount is not in the hash', from: 'formatDecimal(command.amount),', to: '' },
  { name: 'the currency is not in the hash', from: 'command.currency ?? accountCurrency,', to: '' },
  { name: 'a currency left out is not the account’s in the hash', from: '?? accountCurrency,', to: '?? null,' },
  {
    name: 'the date is not in the hash',
    from: 'command.effectiveAt ?? null,\n      command.description',
    to: 'command.description',
  },
  { name: 'the description is not in the hash', from: 'command.description,', to: '' },
  { name: 'the metadata are not in the hash', from: 'sortedEntries(command.metadata),', to: '' },
  {
    name: 'the order of metadata is in the hash',
    from: '.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))',
    to: '',
  },
  {
    name: 'the values of metadata are not compared',
    from: 'JSON.stringify(sortedEntries(a)) === JSON.stringify(sortedEntries(b))',
    to: 'Object.keys(a).sort().join() === Object.keys(b).sort().join()',
  },
  { name: 'parts of the content run together in the hash', from: 'JSON.stringify(content)', to: "content.join('')" },
  {
    name: 'the date that was asked for is not kept',
    from: '    effectiveAt: command.effectiveAt ?? null,',
    to: '    effectiveAt: null,',
  },
  { name: 'the name is not in the hash of an opening', from: 'hashOf([name, currency,', to: 'hashOf([currency,' },
  { name: 'the currency is not in the hash of an opening', from: 'hashOf([name, currency,', to: 'hashOf([name,' },
  {
    name: 'the metadata are not in the hash of an opening',
    from: 'hashOf([name, currency, sortedEntries(metadata)])',
    to: 'hashOf([name, currency])',
  },
]);

export const accountMutants = [...evolving, ...asking];
