/**
 * The tie between a process and the supervisor that started it: Node's IPC channel. When the parent ends, however it
 * ends, the kernel closes the channel, so no child can outlive it. A process that was started by hand has no channel,
 * and all of this does nothing.
 */

/** What a child tells its supervisor. */
export type ChildMessage = { readonly listening: { readonly port: number } };

/** Calls `stop` once, when the channel to the parent closes, or at once where it has closed already. */
export function onParentGone(stop: () => void): void {
  if (process.connected) process.once('disconnect', stop);
  // Undefined where there never was a channel; false where the parent ended while this process was loading.
  else if (process.connected === false) stop();
}

/** Tells the supervisor, if there is one, on which port this process listens. */
export function reportListening(port: number): void {
  const message: ChildMessage = { listening: { port } };
  process.send?.(message);
}
