import type { Answer } from '../../load/answer-reader.ts';
import { accountId, amountText, type Command } from '../commands.ts';

/** The PUT of a command. */
export function requestOf({ account, transactionId, type, amountMinor }: Command): string {
  const body = `{"type":"${type}","amount":"${amountText(amountMinor)}"}`;
  return `PUT /v1/accounts/${accountId(account)}/transactions/${transactionId} HTTP/1.1\r
Host: 127.0.0.1\r
Content-Type: application/json\r
Content-Length: ${body.length}\r
\r
${body}`;
}

/** @throws Error where a command was answered with another status */
export function expectStatus({ transactionId }: Command, answer: Answer, status: number): void {
  if (answer.status === status) return;
  throw new Error(`${transactionId} was answered ${answer.status} in place of ${status}: ${answer.body}`);
}
