import { DamagedStoreError } from './damage.ts';
import { verify } from './verify.ts';
import type { VerifyMessage } from './verify-apart.ts';

function wordsOf(error: unknown): string {
  if (error instanceof DamagedStoreError) return error.what;
  return error instanceof Error ? error.message : String(error);
}

/** The process behind `verifyApart`: the directory is its argument, the message to its parent what it found. */
const [directory = ''] = process.argv.slice(2);
const message: VerifyMessage = await verify(directory).then(
  (findings) => ({ findings }),
  (error: unknown) => ({ error: wordsOf(error) }),
);
process.send?.(message, () => process.disconnect());
