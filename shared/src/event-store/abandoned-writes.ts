let watched = false;

/**
 * Keeps the process alive when an append call breaks while more messages wait than it takes at once. The client (6.2.1,
 * `backpressuredWrite`) then rejects promises of its own that nobody handles, and Node would end the process. The appends
 * are rejected too, each to its caller, so nothing is hidden by this. Every other unhandled rejection is thrown as before.
 */
export function surviveAbandonedWrites(): void {
  if (watched) return;
  watched = true;
  process.on('unhandledRejection', function throwUnlessAbandoned(reason) {
    if (!isAbandonedWrite(reason)) throw reason;
  });
}

/** The error of a gRPC call, as no caller ever gets it from the client; its stack tells which call it was. */
function isAbandonedWrite(reason: unknown): boolean {
  return (
    reason instanceof Error &&
    'code' in reason &&
    'metadata' in reason &&
    (reason.stack?.includes('.batchAppend ') ?? false)
  );
}
