/** What was waited for has not come in its time. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/**
 * A promise of the client's that may never be settled: it is given up when its time has passed.
 * @throws NoAnswerError
 */
export async function withTimeout<T>(promise: Promise<T>, timeoutMs: number, onTimeout?: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onTimeout?.();
      reject(new NoAnswerError(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
