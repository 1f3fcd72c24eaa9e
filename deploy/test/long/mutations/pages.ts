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

const keeping = mutantsOf(`${folder}account-pages.ts`, [
  {
    name: 'short accounts have pages',
    from: 'if (nowMs < this.#dueAtMs || !this.#isLong) return undefined;',
    to: 'if (nowMs < this.#dueAtMs) return undefined;',
    unseenBySimulation: 'pages are right there too',
  },
  {
    name: 'what was gathered before a page goes into the next one',
    from: '    // The entries gathered before it, if any, are in it.\n    this.#builder = new PageBuilder(this.accountId, this.#limits);',
    to: '',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'pages that could not be written are forgotten',
    from: 'if (!this.#missing.has(number)) this.#missing.set(number, { page: undefined, isRepair });',
    to: '',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'pages that could not be written are kept in memory',
    from: 'for (const [number, { isRepair }] of pages) {\n      if (!this.#missing.has(number)) this.#missing.set(number, { page: undefined, isRepair });',
    to: 'for (const [number, due] of pages) {\n      if (!this.#missing.has(number)) this.#missing.set(number, due);',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
  {
    name: 'pages that could not be written come with the next one only',
    from: 'this.#dueAtMs = Math.min(this.#dueAtMs, untilMs);',
    to: '',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'any number of bytes is left with an account',
    from: 'if (this.#missingBytes <= mostBytes) return;',
    to: 'return;',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
  {
    name: 'a long account keeps nothing for its next page',
    from: 'if (!this.#builder && this.#isLong && revision % eventsPerPage === 0) {',
    to: 'if (false) {',
    unseenBySimulation: 'pages are made from the stream then',
  },
]);

const writing = mutantsOf(`${folder}page-writer.ts`, [
  {
    name: 'pages are appended wherever their stream ends',
    from: "before < 0 ? 'no_stream' : before,",
    to: "'any',",
    unseenBySimulation: 'a page that is there twice is right',
  },
  {
    name: 'what others wrote is written again',
    from: 'if (byOthers.has(sha256)) return false;',
    to: '',
    unseenBySimulation: 'a page that is there twice is right',
  },
  {
    name: 'others’ pages stop a writer',
    from: 'if (!(error instanceof WrongRevisionError) || attempt === mostAttempts) throw error;',
    to: 'throw error;',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'a writer that lost its place never finds it again',
    from: 'pages.streamRevision = -1;',
    to: '',
    unseenBySimulation: 'no stream there gets shorter',
  },
  {
    name: 'a failure of pages is nobody’s',
    from: 'job.pages.postpone(job.due, timers.now() + retryAfterMs);\n        if (isStopped) break;',
    to: 'throw error;',
  },
  {
    name: 'pages that could not be written are tried again at once',
    from: 'timers.now() + retryAfterMs',
    to: 'timers.now()',
    unseenBySimulation: 'pages are right there too',
  },
  {
    name: 'pages that find no room are not due any more',
    from: 'pages.shrinkTo(limits.bytesWithoutRoom);',
    to: 'pages.takeDue(timers.now());',
    unseenBySimulation: 'the stream is right too',
  },
  {
    name: 'any number of accounts waits',
    from: '!waiting && jobs.size >= limits.accounts',
    to: 'false',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
  {
    name: 'any number of bytes waits',
    from: 'bytes > limits.bytes ? undefined : page',
    to: 'page',
    unseenBySimulation: 'the memory is bounded by it, no promise',
  },
  {
    name: 'a writer goes on when its process stops',
    from: 'isStopped = true;\n      jobs.clear();',
    to: '',
    unseenBySimulation: 'its processes are killed',
  },
]);

const slots = mutantsOf(`${folder}slots.ts`, [
  {
    name: 'who waits never gets a slot',
    from: 'if (next) next();\n      else free += 1;',
    to: 'free += 1;',
  },
  {
    name: 'a slot is lost where its work fails',
    from: 'try {\n      return await work();\n    } finally {',
    to: 'const result = await work();\n    try {\n      return result;\n    } finally {',
    unseenBySimulation: 'a process there does not live for long',
  },
]);

export const pageMutants = [...format, ...entries, ...finding, ...loading, ...keeping, ...writing, ...slots];
