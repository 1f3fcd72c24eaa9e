import { mutantsOf } from './mutant.ts';

const hashes = mutantsOf('command-api/src/handling/id-hash.ts', [
  {
    name: 'the two halves of a hash are the same',
    from: 'digits.slice(8, 16)',
    to: 'digits.slice(0, 8)',
    unseenBySimulation: 'its ids differ in 32 bits too',
  },
]);

const list = mutantsOf('command-api/src/handling/hash-list.ts', [
  {
    name: 'what was in a chunk that grows is lost',
    from: 'if (chunk) larger.set(chunk);',
    to: '',
  },
  {
    name: 'the size of a chunk that grows is not counted',
    from: 'larger.byteLength - chunk.byteLength',
    to: '0',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
]);

const index = mutantsOf('command-api/src/handling/transaction-index.ts', [
  {
    name: 'half of a hash is enough',
    from: ' || hashes.highAt(revision - 1) !== high',
    to: '',
    unseenBySimulation: 'no two of its ids have one half of a hash',
  },
  {
    name: 'only the first revision of a hash is found',
    from: 'if (found) found.push(revision);',
    to: 'if (found) return found;',
    unseenBySimulation: 'no two of its ids have one hash',
  },
  {
    name: 'the search does not go on behind another hash',
    from: 'if (revision === 0) return found ?? none;',
    to: 'if (revision === 0 || hashes.lowAt(revision - 1) !== low) return found ?? none;',
  },
  {
    name: 'a revision may be passed over',
    from: 'if (revision !== this.size + 1)',
    to: 'if (revision <= this.size)',
    unseenBySimulation: 'its streams are whole',
  },
  {
    name: 'what makes the table double is not in it',
    from: 'enter(high, low, place + 1, revisions);',
    to: 'if (place + 1 < this.size) enter(high, low, place + 1, revisions);',
  },
]);

export const transactionIndexMutants = [...hashes, ...list, ...index];
