import { openConnection } from '../../load/connection.ts';
import type { Client } from './client.ts';
import { expectStatus, requestOf } from './single-request.ts';

/** PUTs one command at a time. */
export async function singleClient(port: number): Promise<Client> {
  const connection = await openConnection(port);
  return {
    async send(commands, status) {
      for (const command of commands) expectStatus(command, await connection.ask(requestOf(command)), status);
    },
    close: connection.close,
  };
}
