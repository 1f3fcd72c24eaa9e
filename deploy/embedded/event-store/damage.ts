/** The store's file is not as it was written. It is left as it is. */
export class DamagedStoreError extends Error {
  override readonly name = 'DamagedStoreError';
  readonly file: string;
  /** What was found, and where in the file. */
  readonly what: string;

  constructor(file: string, what: string) {
    super(`${file} is damaged: ${what}`);
    this.file = file;
    this.what = what;
  }
}
