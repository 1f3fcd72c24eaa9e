/** The store's file is not as it was written. It is left as it is. */
export class DamagedStoreError extends Error {
  override readonly name = 'DamagedStoreError';
  readonly file: string;

  /** @param what what was found, where */
  constructor(file: string, what: string) {
    super(`${file} is damaged: ${what}`);
    this.file = file;
  }
}
