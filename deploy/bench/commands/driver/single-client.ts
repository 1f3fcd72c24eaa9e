import { once } from 'node:events';
import { connect } from 'node:net';
import { accountId, amountText, type Command } from '../commands.ts';
import { type Answer, createAnswerReader } from './answer-reader.ts';
import { ANSWER_TIMEOUT_MS, type Client } from './client.ts';

/**
 * PUTs one command at a time, with HTTP/1.1 written by hand: the driver shares the CPUs with what it measures, and every
 * microsecond that it takes moves the ratio towards 1. Against a server that answers at once from memory, over 32
 * connections, this took some 35 us of CPU a request, undici's Client.dispatch 60 us, node:http with an Agent 120 us.
 */
export async function singleClient(port: number): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  const answerIn = createAnswerReader();
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  let broken: Error | undefined;
  const fail = (error: Error) => {
    broken ??= error;
    waiting?.reject(error);
    socket.destroy();
  };
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => fail(new Error(`no answer for ${ANSWER_TIMEOUT_MS} ms`)));
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the service closed the connection')));
  socket.on('data', (bytes) => {
    try {
      const answer = answerIn(bytes);
      if (answer) waiting?.resolve(answer);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });

  return {
    async send(commands, status) {
      for (const command of commands) {
        const answer = await new Promise<Answer>((resolve, reject) => {
          if (broken) return reject(broken);
          waiting = { resolve, reject };
          socket.write(requestOf(command), 'latin1');
        });
        if (answer.status !== status) {
          throw new Error(
            `${command.transactionId} was answered ${answer.status} in place of ${status}: ${answer.body}`,
          );
        }
      }
    },
    close: () => void socket.destroy(),
  };
}

function requestOf({ account, transactionId, type, amountMinor }: Command): string {
  const body = `{"type":"${type}","amount":"${amountText(amountMinor)}"}`;
  return `PUT /v1/accounts/${accountId(account)}/transactions/${transactionId} HTTP/1.1\r
Host: 127.0.0.1\r
Content-Type: application/json\r
Content-Length: ${body.length}\r
\r
${body}`;
}
