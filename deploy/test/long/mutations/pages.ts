import { mutantsOf } from './mutant.ts';

const folder = 'command-api/src/handling/pages/';

const format = mutantsOf(`${folder}page-event.ts`, [
  {
    name: 'the balance is not in the hash',
    from: 'lastRevision, balance, lastEventId];',
    to: 'lastRevision, lastEventId];',
    unseenBySimulation: 'it is made and compared in the same way',
  },
  {
    name: 'the last event is not in the hash',
    from: 'balance, lastEventId];',
    to: 'balance];',
    unseenBySimulation: 'it is made and compared in the same way',
  },
  {
    name: 'the entries are not in the hash',
    from: '.update(entries.bytes)',
    to: '',
    unseenBySimulation: 'it is made and compared in the same way',
  },
  {
    name: 'a hash that is not a page’s is believed',
    from: 'if (sha256Of(page) !== sha256)',
    to: 'if (false)',
    unseenBySimulation: 'what is damaged there has another balance, which its last event tells too',
  },
  {
    name: 'pages of another account are believed',
    from: 'if (read.accountId !== accountId)',
    to: 'if (false)',
    unseenBySimulation: 'the hash of such a page is of the account in it',
  },
  {
    name: 'pages of any range are believed',
    from: 'if (firstRevision % eventsPerPage !== 0 || lastRevision !== firstRevision + eventsPerPage - 1) {',
    to: 'if (false) {',
    unseenBySimulation: 'ranges there are pages’',
  },
  {
    name: 'pages of too few entries are believed',
    from: 'if (bytes.byteLength !== eventsPerPage * entryBytes)',
    to: 'if (false)',
    unseenBySimulation: 'pages there have all their entries',
  },
  {
    name: 'pages of another version are faults',
    from: "if (versioned && versioned.version !== formatVersion) return { kind: 'unknown' };",
    to: '',
    unseenBySimulation: 'it is only a warning',
  },
]);

const entries = mutantsOf(`${folder}page-entries.ts`, [
  {
    name: 'dates before 1970 are wrong',
    from: 'Math.floor(effectiveAt / wordSize)',
    to: 'Math.trunc(effectiveAt / wordSize)',
    unseenBySimulation: 'its dates are later',
  },
  {
    name: 'dates are cut to half',
    from: 'this.#view.getInt32(offset + 4, true) * wordSize + this.#view.getUint32(offset, true)',
    to: 'this.#view.getUint32(offset, true)',
  },
  {
    name: 'the lower half of sums is signed',
    from: 'low += view.getUint32(at, true);',
    to: 'low += view.getInt32(at, true);',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'sums begin at the first entry',
    from: 'let at = place * entryBytes + deltaOffset;',
    to: 'let at = deltaOffset;',
    unseenBySimulation: 'the stream is right too',
  },
]);

const finding = mutantsOf(`${folder}found-pages.ts`, [
  {
    name: 'pages are believed whatever event they were made from',
    from: 'if (lastEvent.id !== lastEventId)',
    to: 'if (false)',
    unseenBySimulation: 'nobody there puts a store back',
  },
  {
    name: 'pages are believed whatever balance their last event says',
    from: 'return isSame ? undefined :',
    to: 'return true ? undefined :',
    unseenBySimulation: 'the sum tells it too',
  },
  {
    name: 'pages are believed that do not lead to their balance',
    from: 'if (lastEvent && leadsFrom(revision, balance, page)) {',
    to: 'if (lastEvent) {',
    unseenBySimulation: 'the last event tells it too',
  },
  {
    name: 'the oldest page of a range is tried',
    from: 'let newest = written.pop(); newest;',
    to: 'let newest = written.shift(); newest;',
    unseenBySimulation: 'any page that holds is right',
  },
  {
    name: 'only the newest page of a range is tried',
    from: 'newest = written.pop()) {',
    to: 'newest = undefined) {',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'sums are of whole pages',
    from: 'entries.sumFrom(revision + 1 - firstRevision)',
    to: 'entries.sumFrom(0)',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'what is known of a page already is not looked at',
    from: 'return firstRevision > revision || entries.sumFrom(0) === reached;',
    to: 'return true;',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'pages in between are passed over',
    from: 'starts.reduce((a, b) => Math.min(a, b))',
    to: 'starts.reduce((a, b) => Math.max(a, b))',
    unseenBySimulation: 'the stream is right too',
  },
]);

const loading = [
  ...mutantsOf('command-api/src/handling/account-reader.ts', [
    {
      name: 'the account after a page stays as it was before it',
      from: 'balance, latestEffectiveAt, recordedAt, revision: lastRevision };',
      to: 'revision: lastRevision };',
    },
    {
      name: 'recordedAt is not taken from a page’s last event',
      from: 'balance, latestEffectiveAt, recordedAt, revision: lastRevision };',
      to: 'balance, latestEffectiveAt, revision: lastRevision };',
    },
    {
      name: 'the latest date is not taken from a page’s last event',
      from: 'balance, latestEffectiveAt, recordedAt, revision: lastRevision };',
      to: 'balance, recordedAt, revision: lastRevision };',
    },
    {
      name: 'hashes of a page are one revision off',
      from: 'entries.hashAt(revision - firstRevision)',
      to: 'entries.hashAt(Math.max(revision - firstRevision - 1, 0))',
    },
    {
      name: 'the pages of an account are never asked for',
      from: 'if (long) await longLoads(',
      to: 'if (long && false) await longLoads(',
    },
    {
      name: 'any number of long accounts is loaded at a time',
      from: 'await longLoads(() => readRest(store, long, context, movements));',
      to: 'await readRest(store, long, context, movements);',
      unseenBySimulation: 'the memory is bounded by it, no promise',
    },
  ]),
  ...mutantsOf('command-api/src/handling/account-history.ts', [
    {
      name: 'what no page covers is read only once',
      from: 'if (nextPage > upTo || !Number.isFinite(nextPage)) return;',
      to: 'return;',
      unseenBySimulation: 'the next append finds out that there is more',
    },
    {
      name: 'a stream that ends before its pages is believed',
      from: 'if (revision + 1 < nextPage) throw',
      to: 'if (revision + 1 < nextPage) return;\n    if (false) throw',
      unseenBySimulation: 'its streams are whole',
    },
  ]),
  ...mutantsOf('command-api/src/handling/load-timeline.ts', [
    {
      name: 'a timeline is made of pages beyond what is known',
      from: 'await findPages(store, accountId, context, revision)',
      to: 'await findPages(store, accountId, context)',
    },
    {
      name: 'movements that were read with the account are used after it has moved on',
      from: 'if (read?.reached === account.revision) return',
      to: 'if (read) return',
    },
    {
      name: 'any number of timelines of long accounts is loaded at a time',
      from: 'return isLong ? longLoads(load) : load();',
      to: 'return load();',
      unseenBySimulation: 'the memory is bounded by it, no promise',
    },
  ]),
  ...mutantsOf('command-api/src/handling/movements.ts', [
    {
      name: 'dates of a page are one entry off',
      from: 'this.#add(entries.effectiveAt(place), entries.delta(place));',
      to: 'this.#add(entries.effectiveAt(Math.max(place - 1, 0)), entries.delta(place));',
    },
    {
      name: 'movements of a page that are there are added again',
      from: 'let place = this.reached + 1 - firstRevision;',
      to: 'let place = 0;',
    },
    {
      name: 'movements are forgotten when there is no room',
      from: 'dates.set(this.#dates);',
      to: '',
      unseenBySimulation: 'its accounts have less than a thousand',
    },
  ]),
];

export const pageMutants = [...format, ...entries, ...finding, ...loading];
