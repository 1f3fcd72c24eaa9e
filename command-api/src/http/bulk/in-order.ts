/** One item's work, and its result when there is one. */
interface Started<Result> {
  result: { readonly value: Result } | undefined;
}

/**
 * Starts work on each item as it comes, at most `most` at a time, and yields the results in the order of the items, each
 * as soon as it and all before it are there, together with those that are there with it. It reads no further than that
 * ahead of whoever takes the results.
 * @param work must not reject
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  most: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result[]> {
  const started: Started<Result>[] = [];
  let ended = false;
  let wakeReader = () => {};
  let wakeTaker = () => {};

  function start(item: Item): void {
    const one: Started<Result> = { result: undefined };
    started.push(one);
    void work(item).then((value) => {
      one.result = { value };
      if (started[0] === one) wakeTaker();
    });
  }

  async function read(): Promise<void> {
    try {
      for await (const item of items) {
        start(item);
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

  function takeResults(): Result[] {
    const results: Result[] = [];
    for (const { result } of started) {
      if (!result) break;
      results.push(result.value);
    }
    started.splice(0, results.length);
    return results;
  }

  const reading = read();
  // Its failure is thrown to the taker, after the results that came before it; until then nobody waits for it.
  const outcome = reading.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    for (;;) {
      const results = takeResults();
      if (results.length > 0) {
        wakeReader();
        yield results;
      } else if (ended && started.length === 0) {
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
