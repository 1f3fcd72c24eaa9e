/** One fault, put into the code on purpose: some test has to fail of it. */
export interface Mutant {
  /** What is broken, in plain words. */
  readonly name: string;
  /** Path within the repository. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** Why the simulation can't tell it, where it can't: it breaks no promise there, or nothing there leads to it. */
  readonly unseenBySimulation?: string;
}

export function mutantsOf(file: string, mutants: readonly Omit<Mutant, 'file'>[]): readonly Mutant[] {
  return mutants.map((mutant) => ({ ...mutant, file }));
}

/** The file's text with the fault in it. @throws Error where the code has changed, so that the fault has no place any more */
export function mutate(source: string, { name, file, from, to }: Mutant): string {
  const places = source.split(from).length - 1;
  if (places !== 1) throw new Error(`${file}: the place of "${name}" is there ${places} times:\n${from}`);
  return source.replace(from, () => to);
}
