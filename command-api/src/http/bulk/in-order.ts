/**
 * Starts work on each item as it comes, at most `most` at a time, and yields the results in the order of the items, each
 * as soon as it and all before it are there. It reads no further than that ahead of whoever takes the results.
 * @param work must not reject
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  most: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = [];
  let ended = false;
  let wakeReader = () => {};
  let wakeTaker = () => {};

  async function read(): Promise<void> {
    try {
      for await (const item of items) {
        started.push(work(item));
        wakeTaker();
        while (started.length >= most && !ended) {
          await new Promise<void>((wake) => {
            wakeReader = wake;
          });
        }
        if (ended) return;
      }
    } finally {
      ended = true;
      wakeTaker();
    }
  }

  const reading = read();
  // Its failure is thrown to the taker, after the results that came before it; until then nobody waits for it.
  const outcome = reading.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    for (;;) {
      const next = started[0];
      if (next) {
        const result = await next;
        void started.shift();
        wakeReader();
        yield result;
      } else if (ended) {
        await reading;
        return;
      } else {
        await new Promise<void>((wake) => {
          wakeTaker = wake;
        });
      }
    }
  } finally {
    ended = true;
    wakeReader();
    await outcome;
  }
}
