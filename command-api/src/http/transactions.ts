import { jsonBody } from '@ledger/shared/http/json-body';
import { contextOf } from '@ledger/shared/http/request-context';
import { route } from '@ledger/shared/http/routes';
import { validate } from '@ledger/shared/http/validate';
import type { IRouter, Request, Response } from 'express';
import type { z } from 'zod';
import type { TransactionCommand } from '../account/commands.ts';
import type { AccountQueues } from '../handling/account-queue.ts';
import { answerOf } from './answers.ts';
import { causationOf } from './causation.ts';
import { transactionBody, transactionParams } from './command-schemas.ts';
import { sendAnswer } from './send-answer.ts';

/** `PUT /v1/accounts/{accountId}/transactions/{transactionId}`. */
export function transactionRoutes(router: IRouter, queues: Pick<AccountQueues, 'submit'>): void {
  route(router, '/v1/accounts/:accountId/transactions/:transactionId', {
    put: [
      jsonBody,
      async function putTransaction(request: Request, response: Response) {
        const ids = validate(transactionParams, request.params);
        const command = commandOf(ids, validate(transactionBody, request.body));
        const causation = causationOf(contextOf(response));
        sendAnswer(response, answerOf(await queues.submit({ command, causation })));
      },
    ],
  });
}

export function commandOf(
  { accountId, transactionId }: z.output<typeof transactionParams>,
  { type, amount, currency, effectiveAt, description, metadata }: z.output<typeof transactionBody>,
): TransactionCommand {
  return { accountId, transactionId, type, amount, currency, effectiveAt, description, metadata };
}
