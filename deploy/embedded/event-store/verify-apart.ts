import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import type { Findings } from './verify.ts';

/** `verify` in a process of its own: that LMDB died of the file is a finding too. */
export async function verifyApart(directory: string): Promise<Findings> {
  const child = fork(new URL(`./verify-process${extname(import.meta.url)}`, import.meta.url), [directory]);
  let said: VerifyMessage | undefined;
  child.on('message', (message) => {
    said = message as VerifyMessage;
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (said && 'findings' in said) return said.findings;
  const problem = said?.error ?? `LMDB cannot read it (${signal ?? `exit code ${code}`})`;
  return { entries: 0, events: 0, streams: 0, problems: [problem] };
}

/** What the process of `verifyApart` tells. */
export type VerifyMessage = { readonly findings: Findings } | { readonly error: string };
