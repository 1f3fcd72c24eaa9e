/** What was started, to be stopped in the reverse order. */
export interface Started {
  /** Takes note of one, and gives it back. */
  add<T extends { stop(): Promise<void> }>(one: T): T;
  stop(): Promise<void>;
}

/** Lends `start` a list; where it throws, all that is in it is stopped. */
export async function startTogether<T>(start: (started: Started) => Promise<T>): Promise<T> {
  const stops: (() => Promise<void>)[] = [];
  const started: Started = {
    add(one) {
      stops.push(() => one.stop());
      return one;
    },
    async stop() {
      for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
    },
  };
  try {
    return await start(started);
  } catch (error) {
    await started.stop();
    throw error;
  }
}
