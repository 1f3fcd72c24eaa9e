/** Looks at something when a tenth of the whole is done, two tenths, and so on. */
export interface Tenths<T> {
  /** @param done from 0 to 1, rising */
  at(done: number): void;
  /** One for each tenth that is done; those that were passed together have the same. */
  readonly values: readonly T[];
}

export function createTenths<T>(look: () => T): Tenths<T> {
  const values: T[] = [];
  return {
    at(done) {
      // 0.3 * 10 is less than 3.
      const tenths = Math.floor(done * 10 + 1e-9);
      if (tenths <= values.length) return;
      const seen = look();
      while (values.length < tenths) values.push(seen);
    },
    values,
  };
}
