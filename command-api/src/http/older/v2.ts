import { contextOf } from '@ledger/shared/http/request-context';
import { route } from '@ledger/shared/http/routes';
import { validate } from '@ledger/shared/http/validate';
import { showSecond } from '@ledger/shared/older-apis/transaction';
import { Problem } from '@ledger/shared/problems';
import type { IRouter, Request, Response } from 'express';
import type { Opener } from '../../handling/open-account.ts';
import type { UniqueSubmitter } from '../../handling/submit-once.ts';
import { unsettledProblem } from '../answers.ts';
import { causationOf } from '../causation.ts';
import { sendAnswer } from '../send-answer.ts';
import { type Generation, olderAnswer } from './answers.ts';
import { commandOf, secondBody, userBody } from './bodies.ts';
import { jsonBodyWithNumbers } from './json-numbers.ts';

const generation: Generation = { date: 'created_at', refusedStatus: 409, show: showSecond };

/** The commands of the second generation: `POST /api/user/` and `PUT /api/transaction/`. */
export function secondGenerationRoutes(router: IRouter, open: Opener, submit: UniqueSubmitter): void {
  route(router, '/api/user', {
    post: [
      jsonBodyWithNumbers,
      async function openUser(request: Request, response: Response) {
        const { id, name } = validate(userBody, request.body);
        const command = { accountId: id, name, currency: undefined, metadata: {} };
        const outcome = await open(command, causationOf(contextOf(response)));
        if (outcome.kind === 'unsettled') throw unsettledProblem(outcome.reason);
        // A user is an id and a name: what else the newer API has given to the account is no difference.
        if (outcome.kind === 'taken' && outcome.differs.includes('name')) {
          throw new Problem('account-id-taken', 'a user with this id has another name', { differs: ['name'] });
        }
        const replayed = outcome.kind === 'taken' || outcome.replayed;
        sendAnswer(response, { status: 200, replayed, body: { id, name } });
      },
    ],
  });

  route(router, '/api/transaction', {
    put: [
      jsonBodyWithNumbers,
      async function putTransaction(request: Request, response: Response) {
        const content = validate(secondBody, request.body);
        const command = commandOf(content, content.created_at);
        sendAnswer(response, olderAnswer(await submit(command, causationOf(contextOf(response))), generation));
      },
    ],
  });
}
