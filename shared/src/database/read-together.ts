export interface TogetherLimits {
  /** Statements under way at once; what is asked for meanwhile waits for the next one. */
  readonly statements: number;
  /** The most keys of one statement. */
  readonly keys: number;
}

interface Asked<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads by keys. What is asked for in one turn of the event loop, or while others are read, is read in one statement: a
 * round trip costs more than what it brings. A statement is sent after everything in it was asked for.
 * @param read gives the values in the order of the keys; where it throws, everybody who waits for it gets the error
 */
export function readTogether<Key, Value>(
  read: (keys: readonly Key[]) => Promise<readonly Value[]>,
  limits: TogetherLimits,
): (key: Key) => Promise<Value> {
  const waiting: Asked<Key, Value>[] = [];
  let underWay = 0;
  let isPlanned = false;

  function plan(): void {
    if (isPlanned || waiting.length === 0 || underWay >= limits.statements) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      void readWaiting();
      plan();
    });
  }

  async function readWaiting(): Promise<void> {
    const asked = waiting.splice(0, limits.keys);
    underWay += 1;
    try {
      const values = await read(asked.map(({ key }) => key));
      if (values.length !== asked.length)
        throw new Error(`${asked.length} values were asked for, not ${values.length}`);
      for (const [index, value] of values.entries()) asked[index]?.resolve(value);
    } catch (error) {
      for (const { reject } of asked) reject(error);
    } finally {
      underWay -= 1;
      plan();
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      plan();
    });
}
