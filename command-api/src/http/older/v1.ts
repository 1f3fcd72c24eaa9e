import { randomInt } from 'node:crypto';
import { contextOf } from '@ledger/shared/http/request-context';
import { route } from '@ledger/shared/http/routes';
import { validate } from '@ledger/shared/http/validate';
import { showFirst } from '@ledger/shared/older-apis/transaction';
import { invalidRequest, Problem } from '@ledger/shared/problems';
import type { IRouter, Request, Response } from 'express';
import type { TransactionCommand } from '../../account/commands.ts';
import type { Opener } from '../../handling/open-account.ts';
import type { Unsettled } from '../../handling/outcome.ts';
import type { UniqueSubmitter } from '../../handling/submit-once.ts';
import { causationOf } from '../causation.ts';
import { sendAnswer } from '../send-answer.ts';
import { type Generation, olderAnswer } from './answers.ts';
import { commandOf, newUserBody, uidBody, uuidBody } from './bodies.ts';
import { jsonBodyWithNumbers } from './json-numbers.ts';

const generation: Generation = {
  date: 'timestamp',
  refusedStatus: 402,
  show: (transaction, balance) => ({ ...showFirst(transaction), balance }),
};

/** Of as many as can be drawn at once: few are ever drawn twice, and each is a number that JSON keeps. */
const drawUserId = () => randomInt(1, 2 ** 48 - 1);

/** The commands of the first generation: `POST /v1/user` and `POST /v1/transaction`. */
export function firstGenerationRoutes(
  router: IRouter,
  open: Opener,
  submit: UniqueSubmitter,
  drawId: () => number = drawUserId,
): void {
  route(router, '/v1/user', {
    post: [
      jsonBodyWithNumbers,
      async function openUser(request: Request, response: Response) {
        const { name } = validate(newUserBody, request.body);
        const id = await openAsNew(name, response);
        sendAnswer(response, { status: 201, replayed: false, body: { id, name } });
      },
    ],
  });

  /** An id that is taken is never given to somebody else, whoever has it and under whatever name. */
  async function openAsNew(name: string, response: Response): Promise<number> {
    const causation = causationOf(contextOf(response));
    for (;;) {
      const id = drawId();
      const outcome = await open({ accountId: String(id), name, currency: undefined, metadata: {} }, causation);
      if (outcome.kind === 'unsettled') throw unopened(outcome.reason);
      if (outcome.kind === 'opened' && !outcome.replayed) return id;
    }
  }

  route(router, '/v1/transaction', {
    post: [
      jsonBodyWithNumbers,
      async function postTransaction(request: Request, response: Response) {
        const command = readTransaction(request.body);
        sendAnswer(response, olderAnswer(await submit(command, causationOf(contextOf(response))), generation));
      },
    ],
  });
}

function readTransaction(body: unknown): TransactionCommand {
  const named = typeof body === 'object' && body !== null ? body : {};
  if (!('uuid' in named)) {
    const content = validate(uidBody, body);
    return commandOf(content, content.timestamp);
  }
  if ('uid' in named)
    throw invalidRequest([{ field: 'uuid', message: 'is another name of uid: expected one of them' }]);
  const { uuid, ...content } = validate(uuidBody, body);
  return commandOf({ uid: uuid, ...content }, content.timestamp);
}

function unopened(reason: Unsettled): Problem {
  if (reason !== 'outcome-unknown') return new Problem(reason, 'this request opened no user, and may be repeated');
  const advice = 'repeating this request may open a second user';
  return new Problem(reason, `the event store did not answer in time; ${advice}`);
}
