import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { ChildMessage } from '@ledger/shared/process/parent';
import { type Inspector, openInspector } from './inspector.ts';

/** Bytes. */
export interface Memory {
  /** What the kernel has in memory of the process: VmRSS. */
  readonly rss: number;
  readonly heapUsed: number;
  /** Of objects outside the heap that it holds, such as buffers. */
  readonly external: number;
}

/** A process of the ledger that can be told to collect its garbage, by Node's inspector: nothing in it is made for this. */
export interface InspectedProcess {
  readonly port: number;
  /** What it takes after all garbage is collected. */
  memoryInUse(): Promise<Memory>;
  stop(): Promise<void>;
}

/** Starts a compiled script and waits until it listens. @throws Error with what it said, where it ends before */
export async function startInspected(script: string, env: NodeJS.ProcessEnv): Promise<InspectedProcess> {
  const child = fork(script, {
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'error', HOST: '127.0.0.1', ...env },
    execArgv: ['--inspect=127.0.0.1:0'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = once(child, 'exit').then(() => undefined);
  const listening = once(child, 'message') as Promise<[ChildMessage]>;
  const said: string[] = [];
  const address = addressOfInspector(child, said);
  const first = await Promise.race([Promise.all([listening, address]), ended]);
  if (!first) throw new Error(`${script} ended before it listened: ${said.join('\n')}`);
  const [[message], url] = first;
  const inspector = await openInspector(url);
  return {
    port: message.listening.port,
    memoryInUse: () => memoryInUse(child, inspector),
    async stop() {
      inspector.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** It is said on stderr, which is read to its end. */
function addressOfInspector({ stderr }: ChildProcess, said: string[]): Promise<string> {
  if (!stderr) throw new Error('a process without stderr');
  const lines = createInterface(stderr);
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      said.push(line);
      const address = /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  });
}

async function memoryInUse({ pid }: ChildProcess, inspector: Inspector): Promise<Memory> {
  // What is freed only by finalizers of the first collection goes with the second.
  for (let time = 0; time < 2; time += 1) await inspector.call('HeapProfiler.collectGarbage');
  const expression = 'JSON.stringify(process.memoryUsage())';
  const { result } = (await inspector.call('Runtime.evaluate', { expression })) as { result: { value: string } };
  const { heapUsed, external } = JSON.parse(result.value) as Memory;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return { rss: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024, heapUsed, external };
}
