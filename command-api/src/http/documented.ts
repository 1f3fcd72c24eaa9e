import type { z } from 'zod';

/** The parts of the OpenAPI document that many of its operations have. */

export const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });

export const replayedHeader = {
  'Idempotent-Replayed': { description: '`true`: the first answer again', schema: { type: 'string' as const } },
};
