import { onParentGone } from '@ledger/shared/process/parent';
import { runSlice } from './run-slice.ts';
import type { SliceOrder, SliceReply } from './slice.ts';

/** The load driver, in a process of its own: it runs one slice after another as it is told. */
process.on('message', (order: SliceOrder) => {
  const reply = (message: SliceReply) => void process.send?.(message);
  runSlice(order).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
onParentGone(() => process.exit(0));
