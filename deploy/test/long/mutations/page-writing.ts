import { mutantsOf } from './mutant.ts';

const folder = 'command-api/src/handling/pages/';

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

const slots = mutantsOf('shared/src/slots.ts', [
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

export const pageWritingMutants = [...keeping, ...writing, ...slots];
