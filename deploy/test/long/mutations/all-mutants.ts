import { accountMutants } from './account.ts';
import { appendDraftMutants } from './append-draft.ts';
import { contentionMutants } from './contention.ts';
import { decideMutants } from './decide.ts';
import { decideGroupMutants } from './decide-group.ts';
import { handleGroupMutants } from './handle-group.ts';
import type { Mutant } from './mutant.ts';
import { openingMutants } from './opening.ts';
import { pageWritingMutants } from './page-writing.ts';
import { pageMutants } from './pages.ts';
import { queueMutants } from './queue.ts';
import { sharedMutants } from './shared.ts';
import { storeMutants } from './store.ts';
import { timelineMutants } from './timeline.ts';
import { transactionIndexMutants } from './transaction-index.ts';
import { uniqueMutants } from './unique.ts';

/** Every fault that the tests are tried with. */
export const allMutants: readonly Mutant[] = [
  ...sharedMutants,
  ...decideMutants,
  ...accountMutants,
  ...timelineMutants,
  ...transactionIndexMutants,
  ...decideGroupMutants,
  ...handleGroupMutants,
  ...appendDraftMutants,
  ...queueMutants,
  ...contentionMutants,
  ...storeMutants,
  ...openingMutants,
  ...uniqueMutants,
  ...pageMutants,
  ...pageWritingMutants,
];
