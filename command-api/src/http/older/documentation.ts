import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { problemResponse, problemResponses } from '@ledger/shared/http/openapi';
import { firstGeneration, secondGeneration } from '@ledger/shared/older-apis/documentation';
import { firstTransaction, firstUserId, secondTransaction } from '@ledger/shared/older-apis/transaction';
import { z } from 'zod';
import { json, replayedHeader } from '../documented.ts';
import { newUserBody, secondBody, uidBody, userBody, uuidBody } from './bodies.ts';

const unsettled = ['internal-error', 'overloaded', 'service-unavailable', 'outcome-unknown'] as const;
const unreadable = ['invalid-request', 'invalid-json', 'body-too-large', 'unsupported-media-type'] as const;
const notRecorded = ['account-not-found', 'effective-date-in-future', 'balance-limit-exceeded'] as const;

const once =
  'A uid stands for one transaction in the whole service: the same request again gets the first answer, a refusal included; with other content it is 409.';

/** Refusals are recorded, so they are replayed as well. */
const refusals = ['insufficient-funds', 'insufficient-funds-at-date'] as const;

/** Adds the commands of the older APIs to the document. */
export function describeOlderApis(registry: OpenAPIRegistry): void {
  registry.registerPath({
    ...firstGeneration,
    method: 'post',
    path: '/v1/user',
    operationId: 'firstOpenUser',
    summary: 'Open a user’s account, under a number made here',
    description: 'Repeating it opens another one.',
    request: { body: { required: true, content: json(newUserBody) } },
    responses: {
      201: {
        description: 'Opened',
        content: json(
          z
            .object({ id: firstUserId, name: z.string().meta({ example: 'Alice' }) })
            .meta({ id: 'FirstGenerationUser' }),
        ),
      },
      ...problemResponses(...unreadable, ...unsettled),
    },
  });
  registry.registerPath({
    ...firstGeneration,
    method: 'post',
    path: '/v1/transaction',
    operationId: 'firstPostTransaction',
    summary: 'Deposit or withdraw',
    description: once,
    request: { body: { required: true, content: json(z.union([uidBody, uuidBody])) } },
    responses: {
      200: {
        description: 'Recorded, now or before',
        headers: replayedHeader,
        content: json(
          firstTransaction
            .extend({ balance: z.string().meta({ description: 'The current balance after it', example: '100.00' }) })
            .meta({ id: 'FirstGenerationRecordedTransaction' }),
        ),
      },
      402: { ...problemResponse(...refusals), headers: replayedHeader },
      409: problemResponse('transaction-id-reused'),
      ...problemResponses(...unreadable, ...notRecorded, ...unsettled),
    },
  });
  registry.registerPath({
    ...secondGeneration,
    method: 'post',
    path: '/api/user/',
    operationId: 'secondOpenUser',
    summary: 'Open a user’s account under your own id',
    description: 'With or without the slash at the end.',
    request: { body: { required: true, content: json(userBody) } },
    responses: {
      200: {
        description: 'Opened, now or before',
        headers: replayedHeader,
        content: json(userBody.meta({ id: 'SecondGenerationUser' })),
      },
      ...problemResponses(...unreadable, 'account-id-taken', ...unsettled),
    },
  });
  registry.registerPath({
    ...secondGeneration,
    method: 'put',
    path: '/api/transaction/',
    operationId: 'secondPutTransaction',
    summary: 'Deposit or withdraw',
    description: `With or without the slash at the end. ${once} A refusal is 409 too, of another type.`,
    request: { body: { required: true, content: json(secondBody) } },
    responses: {
      200: { description: 'Recorded, now or before', headers: replayedHeader, content: json(secondTransaction) },
      409: { ...problemResponse(...refusals, 'transaction-id-reused'), headers: replayedHeader },
      ...problemResponses(...unreadable, ...notRecorded, ...unsettled),
    },
  });
}
