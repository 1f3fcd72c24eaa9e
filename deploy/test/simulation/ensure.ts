/** @throws Error that says which promise does not hold, and what it was about */
export function ensure(holds: boolean, promise: string, ...about: readonly unknown[]): asserts holds {
  if (holds) return;
  const show = (value: unknown) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}` : part));
  throw new Error([promise, ...about.map(show)].join('\n  '));
}
