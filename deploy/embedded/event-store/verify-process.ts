import { verify } from './verify.ts';
import type { VerifyMessage } from './verify-apart.ts';

/** The process behind `verifyApart`: the directory is its argument, the message to its parent what it found. */
const [directory = ''] = process.argv.slice(2);
const message: VerifyMessage = await verify(directory).then(
  (findings) => ({ findings }),
  (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
);
process.send?.(message, () => process.disconnect());
