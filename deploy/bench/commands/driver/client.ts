import type { Command } from '../commands.ts';

/** One connection to a service, which has one request under way at a time. */
export interface Client {
  /**
   * Sends the commands in one request, and resolves when all were answered so.
   * @throws Error with the first answer that is another, or where the connection breaks
   */
  send(commands: readonly Command[], status: number): Promise<void>;
  close(): void;
}
