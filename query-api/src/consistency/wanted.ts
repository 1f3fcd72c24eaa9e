/** How exact a client wants a read of one account. */
export interface Wanted {
  /** As of now at the event store, whatever is projected. */
  readonly strong: boolean;
  /** At least as of this revision of the account. */
  readonly minRevision: number | undefined;
}

/** Exact as of now. */
export const strongly: Wanted = { strong: true, minRevision: undefined };

/** Whether a row of the read model at `revision` is enough; undefined: there is no row. */
export function suffices(wanted: Wanted, revision: number | undefined): boolean {
  if (wanted.strong) return false;
  return wanted.minRevision === undefined || (revision !== undefined && revision >= wanted.minRevision);
}
