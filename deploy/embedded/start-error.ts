/**
 * The ledger cannot start, for a reason that whoever started it can mend. Each line is one such reason: what is wrong,
 * and which variable to change.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}
