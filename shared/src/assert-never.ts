/** Marks a case that the types rule out, so that a new one is a compile error and, should it come anyway, loud. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
