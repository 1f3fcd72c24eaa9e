import { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { openApiDocument, problemResponses } from '@ledger/shared/http/openapi';
import { z } from 'zod';
import {
  accountParams,
  bulkCommand,
  idempotencyKey,
  openAccountBody,
  transactionBody,
  transactionParams,
} from './command-schemas.ts';
import { json, replayedHeader } from './documented.ts';
import { describeOlderApis } from './older/documentation.ts';

const openedAccount = z
  .object({
    accountId: z.string().meta({ example: 'alice' }),
    name: z.string().meta({ example: 'Alice' }),
    currency: z.string().meta({ example: 'EUR' }),
    metadata: z.record(z.string(), z.string()),
    balance: z.string().meta({ description: 'At the opening', example: '0.00' }),
    revision: z.int().meta({ example: 0 }),
    recordedAt: z.iso.datetime(),
  })
  .meta({ id: 'OpenedAccount' });

const recordedTransaction = z
  .object({
    accountId: z.string().meta({ example: 'alice' }),
    transactionId: z.string().meta({ example: 't-1' }),
    type: z.enum(['deposit', 'withdrawal']),
    amount: z.string().meta({ example: '100.00' }),
    currency: z.string().meta({ example: 'EUR' }),
    effectiveAt: z.iso.datetime().meta({ description: 'The date that it counts from' }),
    description: z.string(),
    metadata: z.record(z.string(), z.string()),
    balance: z.string().meta({ description: 'The current balance after it', example: '100.00' }),
    revision: z.int().meta({ description: 'Send it as `minRevision` to read what you wrote', example: 1 }),
    recordedAt: z.iso.datetime(),
  })
  .meta({ id: 'RecordedTransaction' });

const bulkOutcome = z
  .looseObject({
    line: z.int().meta({ description: 'Which command, counted from 1', example: 1 }),
    status: z.int().meta({ description: 'The status that the command alone would have had', example: 201 }),
    replayed: z.boolean(),
  })
  .meta({ id: 'BulkOutcome', description: 'With the members of the single answer, or of its problem, beside' });

const location = { Location: { schema: { type: 'string' as const } } };
/** The OpenAPI document of the command API. */
export function commandApiDocument() {
  const registry = new OpenAPIRegistry();
  const tags = ['Commands'];

  const opening = {
    tags,
    responses: {
      201: {
        description: 'Opened',
        headers: location,
        content: json(openedAccount),
      },
      200: {
        description: 'It was opened before, with the same content',
        headers: { ...location, ...replayedHeader },
        content: json(openedAccount),
      },
      ...problemResponses(
        'invalid-request',
        'invalid-json',
        'account-id-taken',
        'body-too-large',
        'unsupported-media-type',
        'internal-error',
        'overloaded',
        'service-unavailable',
        'outcome-unknown',
      ),
    },
  };
  registry.registerPath({
    ...opening,
    method: 'post',
    path: '/v1/accounts',
    operationId: 'openNewAccount',
    summary: 'Open an account under an id made here',
    description: 'With `Idempotency-Key` the id is made from the key, so that a retry opens no second account.',
    request: {
      headers: z.object({ 'Idempotency-Key': idempotencyKey.optional() }),
      body: { required: true, content: json(openAccountBody) },
    },
  });
  registry.registerPath({
    ...opening,
    method: 'put',
    path: '/v1/accounts/{accountId}',
    operationId: 'openAccount',
    summary: 'Open an account under your own id',
    request: { params: accountParams, body: { required: true, content: json(openAccountBody) } },
  });
  registry.registerPath({
    tags,
    method: 'put',
    path: '/v1/accounts/{accountId}/transactions/{transactionId}',
    operationId: 'putTransaction',
    summary: 'Deposit or withdraw',
    description:
      'Takes effect at most once for each account and transaction id. The same request again gets the first answer, a refusal included.',
    request: { params: transactionParams, body: { required: true, content: json(transactionBody) } },
    responses: {
      201: { description: 'Recorded', content: json(recordedTransaction) },
      200: {
        description: 'It was recorded before: the first answer again',
        headers: replayedHeader,
        content: json(recordedTransaction),
      },
      // A refusal is recorded, so it is replayed as well.
      402: {
        ...problemResponses('insufficient-funds', 'insufficient-funds-at-date')['402'],
        headers: replayedHeader,
      },
      ...problemResponses(
        'invalid-request',
        'invalid-json',
        'account-not-found',
        'transaction-id-reused',
        'body-too-large',
        'unsupported-media-type',
        'currency-mismatch',
        'effective-date-in-future',
        'balance-limit-exceeded',
        'internal-error',
        'overloaded',
        'service-unavailable',
        'outcome-unknown',
      ),
    },
  });
  registry.registerPath({
    tags,
    method: 'post',
    path: '/v1/transactions',
    operationId: 'postTransactions',
    summary: 'Many deposits and withdrawals, each with its own outcome',
    description:
      'NDJSON of any length, one command a line, answered line by line while it is read; or a JSON array of at most 10,000. Commands of one account take effect in the order sent; after one without an outcome (503), later ones of that account are `not-attempted`.',
    request: {
      body: {
        required: true,
        content: { 'application/x-ndjson': { schema: bulkCommand }, ...json(z.array(bulkCommand)) },
      },
    },
    responses: {
      200: {
        description: 'The outcomes, in the order of the commands',
        content: { 'application/x-ndjson': { schema: bulkOutcome }, ...json(z.array(bulkOutcome)) },
      },
      ...problemResponses('invalid-json', 'body-too-large', 'unsupported-media-type'),
    },
  });
  describeOlderApis(registry);
  return openApiDocument({
    title: 'Ledger: commands',
    description: 'Opens accounts, deposits and withdraws: each command at most once, and no balance below zero.',
    registry,
  });
}
