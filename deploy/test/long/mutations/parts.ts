import type { Mutant } from './mutant.ts';

/** Each part is tried by a check of its own, within its time. */
export type Part = 'rules' | 'handling' | 'queues' | 'loading';

const handling = 'command-api/src/handling/';
/** What is known of an account, and how it comes to be known. */
const loading = /^(pages\/|account-(reader|stream|history|cache)|transaction-index|hash-list|id-hash|load|movements)/;
/** Who has a turn, who waits, and what is beside the commands: openings, and the clock. */
const queues = /^(account-queue|queue-room|submission|contention|open-account|store-clock)/;

export function partOf({ file }: Pick<Mutant, 'file'>): Part {
  if (!file.startsWith(handling)) return 'rules';
  const name = file.slice(handling.length);
  if (loading.test(name)) return 'loading';
  return queues.test(name) ? 'queues' : 'handling';
}
