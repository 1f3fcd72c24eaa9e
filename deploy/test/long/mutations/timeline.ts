import { mutantsOf } from './mutant.ts';

const questions = mutantsOf('command-api/src/account/timeline.ts', [
  {
    name: 'the balance at the beginning of a range is not looked at',
    from: 'const start = this.balanceAsOf(at);',
    to: 'const start = this.balance;',
  },
  {
    name: 'a range is only its beginning',
    from: 'widen(this.#root?.rangeAfter(at), 0n,',
    to: 'widen(undefined, 0n,',
  },
  {
    name: 'the date itself is not looked at for the first below',
    from: 'if (this.balanceAsOf(from) < least) return from;',
    to: '',
  },
  {
    name: 'exactly enough on the date itself is below',
    from: 'if (this.balanceAsOf(from) < least) return from;',
    to: 'if (this.balanceAsOf(from) <= least) return from;',
  },
  {
    name: 'the second half of a root that was full is lost',
    from: 'parts.length === 1 ? parts[0] : new TimelineBranch(parts)',
    to: 'parts[0]',
  },
  {
    name: 'nodes are cut in the middle though dates rise',
    from: 'add(at, delta, true)',
    to: 'add(at, delta, false)',
  },
]);

const part = mutantsOf('command-api/src/account/timeline-part.ts', [
  {
    name: 'the lowest of what is earlier is not kept',
    from: 'if (range && range.lowest < lowest) lowest = range.lowest;',
    to: '',
  },
  {
    name: 'the highest of what is earlier is not kept',
    from: 'if (range && range.highest > highest) highest = range.highest;',
    to: '',
  },
  {
    name: 'the lowest of what is later counts from nothing',
    from: 'let lowest = before + part.lowest;',
    to: 'let lowest = part.lowest;',
  },
  {
    name: 'the highest of what is later counts from nothing',
    from: 'let highest = before + part.highest;',
    to: 'let highest = part.highest;',
  },
  {
    name: 'nodes are always cut before their end',
    from: 'isAtEnd ? length - 1 : Math.ceil(length / 2)',
    to: 'length - 1',
  },
]);

const leaf = mutantsOf('command-api/src/account/timeline-leaf.ts', [
  {
    name: 'the balance as of a date is that before it',
    from: '(this.#dates[middle] ?? at) <= at',
    to: '(this.#dates[middle] ?? at) < at',
  },
  {
    name: 'movements of one instant replace one another',
    from: 'int64((deltas[place - 1] ?? 0n) + delta)',
    to: 'int64(delta)',
  },
  {
    name: 'movements of one instant are not merged',
    from: 'if (place > 0 && this.#dates[place - 1] === at) {',
    to: 'if (false) {',
  },
  {
    name: 'a movement changes the timeline before it',
    from: 'const deltas = this.#deltas.slice();',
    to: 'const deltas = this.#deltas;',
  },
  {
    name: 'the lowest balance within a leaf is not kept',
    from: 'if (running < lowest) lowest = running;',
    to: '',
  },
  {
    name: 'the highest balance within a leaf is not kept',
    from: 'if (running > highest) highest = running;',
    to: '',
  },
  { name: 'exactly enough is below within a leaf', from: 'if (running < least)', to: 'if (running <= least)' },
  {
    name: 'what is earlier within a leaf is left out of the first below',
    from: 'let running = this.#sumOf(place);',
    to: 'let running = 0n;',
  },
  {
    name: 'what is earlier within a leaf is left out of a range',
    from: 'let running = this.#sumOf(place + 1);',
    to: 'let running = this.#deltas[place] ?? 0n;',
  },
  { name: 'a leaf takes one more than it may', from: 'size <= mostInstants', to: 'size <= mostInstants + 1' },
  {
    name: 'a leaf in the midst is cut before its end',
    from: 'cutOf(size, isLast && place === this.size)',
    to: 'cutOf(size, place === this.size)',
  },
  {
    name: 'what is beyond 64 bits becomes another amount',
    from: 'if (BigInt.asIntN(64, delta) !== delta)',
    to: 'if (false)',
  },
]);

const branch = mutantsOf('command-api/src/account/timeline-branch.ts', [
  {
    name: 'earlier parts are left out of a balance',
    from: 'return this.#sumBefore(place) + (',
    to: 'return (',
  },
  {
    name: 'a date at which a part begins is not within it',
    from: 'findIndex((child) => child.firstAt > at)',
    to: 'findIndex((child) => child.firstAt >= at)',
  },
  {
    name: 'what a date lies within counts to a range as a whole',
    from: 'child.firstAt > at ? child : child.rangeAfter(at)',
    to: 'child',
  },
  {
    name: 'later parts of a range begin at nothing',
    from: 'if (later) range = widen(range, before, later);\n      before += child.sum;',
    to: 'if (later) range = widen(range, before, later);',
  },
  {
    name: 'exactly enough in a part is below',
    from: 'if (child.firstAt <= at || before + child.lowest < least) {',
    to: 'if (child.firstAt <= at || before + child.lowest <= least) {',
  },
  {
    name: 'every part is gone into for the first below',
    from: 'if (child.firstAt <= at || before + child.lowest < least) {',
    to: 'if (true) {',
  },
  {
    name: 'what a date lies within is passed over for the first below',
    from: 'if (child.firstAt <= at || before + child.lowest < least) {',
    to: 'if (child.firstAt > at && before + child.lowest < least) {',
  },
  {
    name: 'what is earlier is left out of the first below in a part',
    from: 'child.firstBelow(least - before, at)',
    to: 'child.firstBelow(least, at)',
  },
  {
    name: 'the lowest of a branch leaves out what is earlier than each child',
    from: 'range = widen(range, sum, child);',
    to: 'range = widen(range, 0n, child);',
  },
  {
    name: 'a branch takes one more than it may',
    from: 'children.length <= mostChildren',
    to: 'children.length <= mostChildren + 1',
  },
  {
    name: 'the second half of a part that was full is lost',
    from: 'toSpliced(place, 1, ...parts)',
    to: 'toSpliced(place, 1, ...parts.slice(0, 1))',
  },
]);

const bulk = mutantsOf('command-api/src/account/timeline-of.ts', [
  {
    name: 'movements of one instant replace one another where there are many',
    from: 'int64((merged.deltas[last] ?? 0n) + (deltas[i] ?? 0n))',
    to: 'int64(deltas[i] ?? 0n)',
  },
  {
    name: 'movements of one instant are not merged where there are many',
    from: 'if (last < 0 || merged.dates[last] !== at) merged',
    to: 'merged',
  },
  {
    name: 'the last run of many movements is left out',
    from: 'from < end; from += most',
    to: 'from + most <= end; from += most',
  },
]);

const sorting = mutantsOf('command-api/src/account/sort-by-date.ts', [
  { name: 'many movements are never sorted', from: 'if (isSorted) return', to: 'if (true) return' },
  {
    name: 'many movements are sorted by their lowest digit only',
    from: 'unit *= digits)',
    to: 'unit = Number.POSITIVE_INFINITY)',
  },
  {
    name: 'the latest of many movements is not looked at',
    from: 'unit <= latest - earliest;',
    to: 'unit < latest - earliest - 1;',
  },
]);

export const timelineMutants = [...questions, ...part, ...leaf, ...branch, ...bulk, ...sorting];
