/** transactionId -> revision of its outcome, for one account. */
export class TransactionIndex {
  readonly #revisions = new Map<string, number>();

  revisionOf(transactionId: string): number | undefined {
    return this.#revisions.get(transactionId);
  }

  add(transactionId: string, revision: number): void {
    this.#revisions.set(transactionId, revision);
  }

  get size(): number {
    return this.#revisions.size;
  }
}
