/** What the projector is at; `why` and `store` say what is wrong, for people. */
export type ProjectorStatus =
  | { readonly phase: 'connecting'; readonly why: string }
  | { readonly phase: 'standing by' }
  | { readonly phase: 'leading'; readonly store: string | undefined }
  | { readonly phase: 'stopped'; readonly why: string };

/** What keeps the projector from being ready. One that stands by is ready to take over; one that is behind works. */
export function missingOf(status: ProjectorStatus): readonly string[] {
  switch (status.phase) {
    case 'connecting':
      return [`PostgreSQL: ${status.why}`];
    case 'standing by':
      return [];
    case 'leading':
      return status.store === undefined ? [] : [`event store: ${status.store}`];
    case 'stopped':
      return [`stopped: ${status.why}`];
  }
}
