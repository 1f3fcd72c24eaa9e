import { mutantsOf } from './mutant.ts';

const questions = mutantsOf('command-api/src/account/timeline.ts', [
  {
    name: 'the balance as of a date is that before it',
    from: 'for (let node = this.#root; node; ) {\n      if (at < node.at) {',
    to: 'for (let node = this.#root; node; ) {\n      if (at <= node.at) {',
  },
  {
    name: 'earlier movements are left out of a balance',
    from: 'before += (node.earlier?.sum ?? 0n) + node.delta;\n        node = node.later;',
    to: 'before += node.delta;\n        node = node.later;',
  },
  {
    name: 'the balance at the beginning of a range is not looked at',
    from: 'const start = this.balanceAsOf(at);',
    to: 'const start = this.balance;',
  },
  {
    name: 'the lowest balance of a part is not looked at',
    from: 'if (from + part.lowest < lowest) lowest = from + part.lowest;',
    to: '',
  },
  {
    name: 'the highest balance of a part is not looked at',
    from: 'if (from + part.highest > highest) highest = from + part.highest;',
    to: '',
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
    name: 'exactly enough on a later date is below',
    from: 'balance + part.lowest >= least',
    to: 'balance + part.lowest > least',
  },
  {
    name: 'the last instant below is told, not the first',
    from: 'firstBelowWithin(part.node, balance, least);\n      return true;',
    to: 'firstBelowWithin(part.node, balance, least);\n      return false;',
  },
  {
    name: 'the earlier side of a part is passed over',
    from: 'if (node.earlier && before + node.earlier.lowest < least) {',
    to: 'if (false) {',
  },
  {
    name: 'exactly enough is below within a part',
    from: 'if (before < least) return node.at;',
    to: 'if (before <= least) return node.at;',
  },
  {
    name: 'a range leaves out what is later than an instant in it',
    from: 'if (!later) continue;',
    to: 'continue;',
  },
]);

const tree = mutantsOf('command-api/src/account/timeline-tree.ts', [
  { name: 'movements of one instant replace one another', from: 'node.delta + delta, priority', to: 'delta, priority' },
  {
    name: 'movements of one instant are not merged',
    from: 'if (at === node.at) return new TimelineNode(at, node.delta + delta, priority, earlier, later);',
    to: '',
  },
  {
    name: 'the lowest of what is earlier is not kept',
    from: 'if (earlier.lowest < lowest) lowest = earlier.lowest;',
    to: '',
  },
  {
    name: 'the highest of what is earlier is not kept',
    from: 'if (earlier.highest > highest) highest = earlier.highest;',
    to: '',
  },
  {
    name: 'the lowest of what is later is not kept',
    from: 'if (here + later.lowest < lowest) lowest = here + later.lowest;',
    to: '',
  },
  {
    name: 'the lowest of what is later counts from nothing',
    from: 'lowest = here + later.lowest;',
    to: 'lowest = later.lowest;',
  },
  {
    name: 'the highest of what is later is not kept',
    from: 'if (here + later.highest > highest) highest = here + later.highest;',
    to: '',
  },
  { name: 'the sum leaves out what is later', from: 'this.sum = here + (later?.sum ?? 0n);', to: 'this.sum = here;' },
  { name: 'all priorities are the same: the tree is a list', from: 'return hash >>> 0;', to: 'return 0;' },
]);

export const timelineMutants = [...questions, ...tree];
