import { once } from 'node:events';
import { WebSocket } from 'undici';

/** Node's inspector of a process, by the Chrome DevTools Protocol. */
export interface Inspector {
  /** @throws Error with what it answers where it refuses, or where the connection ends */
  call(method: string, params?: Record<string, unknown>): Promise<unknown>;
  close(): void;
}

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const calls = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let count = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id = 0, result, error } = JSON.parse(String(data)) as Answer;
    const call = calls.get(id);
    calls.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of calls.values()) reject(new Error('the inspected process ended'));
  });
  await once(socket, 'open');
  return {
    call: (method, params = {}) =>
      new Promise((resolve, reject) => {
        count += 1;
        calls.set(count, { resolve, reject });
        socket.send(JSON.stringify({ id: count, method, params }));
      }),
    close: () => socket.close(),
  };
}
