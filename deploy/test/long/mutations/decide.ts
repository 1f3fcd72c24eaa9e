import { mutantsOf } from './mutant.ts';

const future = 'if (command.effectiveAt !== undefined && command.effectiveAt > now + clockToleranceMs) {';
const currency = 'if (command.currency !== undefined && command.currency !== account.currency) {';

/** The guards: each dropped, each off by one, and each behind the next one that can fire with it. */
const guards = mutantsOf('command-api/src/account/decide.ts', [
  { name: 'what is recorded is not looked at', from: 'if (recorded) return replayOrReuse(command, recorded);', to: '' },
  {
    name: 'other content under the id is a replay',
    from: 'if (askedOf(command, event.currency).hash === asked.hash) return',
    to: 'return',
  },
  {
    name: 'the same content is no replay',
    from: "if (askedOf(command, event.currency).hash === asked.hash) return { kind: 'replay' };",
    to: '',
  },
  {
    name: 'a currency left out in a retry is taken for the euro',
    from: 'askedOf(command, event.currency).hash',
    to: "askedOf(command, 'EUR').hash",
  },
  {
    name: 'account not found is another rejection',
    from: "if (!account) return rejected({ rule: 'account-not-found' });",
    to: "if (!account) return rejected({ rule: 'balance-limit-exceeded' });",
  },
  { name: 'any currency is taken', from: currency, to: 'if (false) {' },
  { name: 'a currency must be given', from: currency, to: 'if (command.currency !== account.currency) {' },
  {
    name: 'too many decimals are taken for nothing',
    from: 'const amount = toMinor(command.amount, account.decimals);',
    to: 'const amount = toMinor(command.amount, account.decimals) ?? 0n;',
  },
  {
    name: 'decimals are those of the euro',
    from: 'toMinor(command.amount, account.decimals)',
    to: 'toMinor(command.amount, 2)',
  },
  { name: 'a date in the future is taken', from: future, to: 'if (false) {' },
  {
    name: 'five minutes ahead are too much',
    from: 'command.effectiveAt > now + clockToleranceMs',
    to: 'command.effectiveAt >= now + clockToleranceMs',
  },
  {
    name: 'a millisecond more than five minutes ahead is taken',
    from: 'command.effectiveAt > now + clockToleranceMs',
    to: 'command.effectiveAt > now + clockToleranceMs + 1',
  },
  { name: 'the tolerance is an hour', from: '5 * 60 * 1000', to: '60 * 60 * 1000' },
  {
    name: 'a date that is a little ahead is kept',
    from: 'effectiveAt === undefined || effectiveAt > now ? now : effectiveAt;',
    to: 'effectiveAt ?? now;',
  },
  { name: 'no cap', from: 'if (highest + amount > maxBalanceMinor) return', to: 'if (false) return' },
  {
    name: 'the cap may not be reached',
    from: 'highest + amount > maxBalanceMinor',
    to: 'highest + amount >= maxBalanceMinor',
  },
  {
    name: 'the cap may be passed by one',
    from: 'highest + amount > maxBalanceMinor',
    to: 'highest + amount > maxBalanceMinor + 1n',
  },
  {
    name: 'the cap holds now only, not on past dates',
    from: 'backdated && timeline ? timeline.rangeFrom(effectiveAt).highest : balance;',
    to: 'balance;',
  },
  {
    name: 'the cap holds on past dates only where the balance is lowest',
    from: 'timeline.rangeFrom(effectiveAt).highest',
    to: 'timeline.rangeFrom(effectiveAt).lowest',
  },
  { name: 'what is not there now is paid out', from: 'if (balance < amount) {', to: 'if (false) {' },
  { name: 'the last cent is not paid out', from: 'if (balance < amount) {', to: 'if (balance <= amount) {' },
  { name: 'a cent more than there is is paid out', from: 'balance < amount)', to: 'balance < amount - 1n)' },
  {
    name: 'what was not there on a past date is paid out',
    from: 'if (timeline && firstNegativeAt !== undefined) {',
    to: 'if (false) {',
  },
  {
    name: 'the last cent of a past date is not paid out',
    from: 'timeline?.firstBelow(amount, effectiveAt)',
    to: 'timeline?.firstBelow(amount + 1n, effectiveAt)',
  },
  {
    name: 'a cent more than there was on a past date is paid out',
    from: 'timeline?.firstBelow(amount, effectiveAt)',
    to: 'timeline?.firstBelow(amount - 1n, effectiveAt)',
  },
  {
    name: 'the balance of the past date itself is not looked at',
    from: 'timeline?.firstBelow(amount, effectiveAt)',
    to: 'timeline?.firstBelow(amount, effectiveAt + 1)',
  },
  {
    name: 'nothing is backdated',
    from: 'const backdated = isBackdated(command, account, now);',
    to: 'const backdated = false;',
  },
  {
    name: 'the latest date itself counts as backdated',
    from: 'effectiveAtOf(command, now) < account.latestEffectiveAt',
    to: 'effectiveAtOf(command, now) <= account.latestEffectiveAt',
  },
  {
    name: 'a replay comes after the currency',
    from: 'if (recorded) return',
    to: 'if (recorded && (!account || command.currency === undefined || command.currency === account.currency)) return',
  },
  {
    name: 'a replay comes after the funds',
    from: 'if (recorded) return',
    to: "if (recorded && (!account || command.type === 'deposit' || account.balance >= recorded.event.amount)) return",
  },
  {
    name: 'the currency comes after the decimals',
    from: currency,
    to: `if (toMinor(command.amount, account.decimals) !== undefined && ${currency.slice('if ('.length)}`,
  },
  {
    name: 'the decimals come after the date in the future',
    from: 'if (amount === undefined) {',
    to: 'if (amount === undefined && !(command.effectiveAt && command.effectiveAt > now + clockToleranceMs)) {',
  },
  {
    name: 'the date in the future comes after the cap',
    from: future,
    to: `if (!(command.type === 'deposit' && account.balance + amount > maxBalanceMinor) && ${future.slice('if ('.length)}`,
  },
  {
    name: 'the date in the future comes after the funds',
    from: future,
    to: `if (!(command.type === 'withdrawal' && account.balance < amount) && ${future.slice('if ('.length)}`,
  },
  {
    name: 'the funds now come after those on past dates',
    from: 'if (balance < amount) {',
    to: 'if (balance < amount && !backdated) {',
  },
]);

/** What a decision says of itself. */
const contents = mutantsOf('command-api/src/account/decide.ts', [
  {
    name: 'the shortfall now is all that was asked for',
    from: 'const shortfall = amount - balance;',
    to: 'const shortfall = amount;',
  },
  {
    name: 'the shortfall on a past date is that of now',
    from: 'amount - timeline.balanceAsOf(firstNegativeAt);',
    to: 'amount - balance;',
  },
  {
    name: 'the shortfall on a past date is the largest of all dates',
    from: 'amount - timeline.balanceAsOf(firstNegativeAt);',
    to: 'amount - timeline.rangeFrom(effectiveAt).lowest;',
  },
  {
    name: 'the first negative date is the one that was asked for',
    from: 'reason, shortfall, firstNegativeAt });',
    to: 'reason, shortfall, firstNegativeAt: effectiveAt });',
  },
  {
    name: 'a first negative date is told where funds are missing now',
    from: 'firstNegativeAt: null });',
    to: 'firstNegativeAt: effectiveAt });',
  },
  { name: 'a deposit does not say the balance after it', from: 'balance: balance + amount });', to: 'balance });' },
  { name: 'a withdrawal does not say the balance after it', from: 'balance: balance - amount });', to: 'balance });' },
  {
    name: 'another type is not named among what differs',
    from: "command.type !== (event.type === 'Deposited' ? 'deposit' : 'withdrawal') && 'type',",
    to: '',
  },
  {
    name: 'another amount is not named among what differs',
    from: "toMinor(command.amount, decimals) !== event.amount && 'amount',",
    to: '',
  },
  {
    name: 'another currency is not named among what differs',
    from: "(command.currency ?? event.currency) !== event.currency && 'currency',",
    to: '',
  },
  {
    name: 'another date is not named among what differs',
    from: "(command.effectiveAt ?? null) !== asked.effectiveAt && 'effectiveAt',",
    to: '',
  },
  {
    name: 'a date is compared with the one recorded, not the one asked for',
    from: '(command.effectiveAt ?? null) !== asked.effectiveAt &&',
    to: '(command.effectiveAt ?? null) !== event.effectiveAt &&',
  },
  {
    name: 'another description is not named among what differs',
    from: "command.description !== event.description && 'description',",
    to: '',
  },
  {
    name: 'other metadata are not named among what differs',
    from: "!sameMetadata(command.metadata, event.metadata) && 'metadata',",
    to: '',
  },
]);

export const decideMutants = [...guards, ...contents];
