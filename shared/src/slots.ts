/** Does work when its turn comes, in the order in which it was given. Work must not wait for other work of the same slots. */
export type Slots = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** @param count how much work may be under way at a time */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;
  return async function inSlot(work) {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Who waits longest gets the slot itself: nobody can come between.
      if (next) next();
      else free += 1;
    }
  };
}
