import { createHash, randomUUID } from 'node:crypto';
import { jsonBody } from '@ledger/shared/http/json-body';
import { contextOf } from '@ledger/shared/http/request-context';
import { route } from '@ledger/shared/http/routes';
import { validate } from '@ledger/shared/http/validate';
import { invalidRequest, Problem } from '@ledger/shared/problems';
import type { IRouter, Request, Response } from 'express';
import type { Opener } from '../handling/open-account.ts';
import { openingAnswer, unsettledProblem } from './answers.ts';
import { causationOf } from './causation.ts';
import { accountParams, idempotencyKey, openAccountBody } from './command-schemas.ts';
import { sendAnswer } from './send-answer.ts';

/** `POST /v1/accounts` and `PUT /v1/accounts/{accountId}`. */
export function accountRoutes(router: IRouter, open: Opener): void {
  async function openAs(accountId: string, request: Request, response: Response): Promise<void> {
    const { name, currency, metadata } = validate(openAccountBody, request.body);
    const outcome = await open({ accountId, name, currency, metadata }, causationOf(contextOf(response)));
    if (outcome.kind === 'unsettled') throw unsettledProblem(outcome.reason);
    if (outcome.kind === 'taken') {
      const { differs } = outcome;
      throw new Problem('account-id-taken', `an account with this id has another ${differs.join(', ')}`, { differs });
    }
    response.setHeader('Location', `/v1/accounts/${accountId}`);
    sendAnswer(response, openingAnswer(outcome));
  }

  route(router, '/v1/accounts', {
    post: [
      jsonBody,
      async function openNewAccount(request: Request, response: Response) {
        const key = request.get('Idempotency-Key');
        try {
          await openAs(key === undefined ? randomUUID() : accountIdFor(key), request, response);
        } catch (error) {
          if (key !== undefined || !(error instanceof Problem) || error.kind !== 'outcome-unknown') throw error;
          const advice =
            'repeating this request may open a second account; PUT /v1/accounts/{accountId} is the safe form';
          throw new Problem('outcome-unknown', `the event store did not answer in time; ${advice}`, {}, error);
        }
      },
    ],
  });

  route(router, '/v1/accounts/:accountId', {
    put: [
      jsonBody,
      async function openAccount(request: Request, response: Response) {
        await openAs(validate(accountParams, request.params).accountId, request, response);
      },
    ],
  });
}

/** The same key makes the same id, so a retry opens no second account. */
function accountIdFor(key: string): string {
  const checked = idempotencyKey.safeParse(key);
  if (!checked.success) {
    throw invalidRequest([{ field: 'Idempotency-Key', message: checked.error.issues[0]?.message ?? 'is wrong' }]);
  }
  return `key-${createHash('sha256').update(key).digest('base64url').slice(0, 32)}`;
}
