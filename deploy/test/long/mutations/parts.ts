import type { Mutant } from './mutant.ts';

/** Each part is tried by a check of its own, within its time. */
export type Part = 'rules' | 'handling' | 'loading';

const handling = 'command-api/src/handling/';
/** What is known of an account, and how it comes to be known. */
const loading = /^(pages\/|account-(reader|stream|history|cache)|transaction-index|hash-list|id-hash|load|movements)/;

export function partOf({ file }: Pick<Mutant, 'file'>): Part {
  if (!file.startsWith(handling)) return 'rules';
  return loading.test(file.slice(handling.length)) ? 'loading' : 'handling';
}
