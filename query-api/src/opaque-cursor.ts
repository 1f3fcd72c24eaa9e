import { invalidRequest, type Problem } from '@ledger/shared/problems';
import type { z } from 'zod';

/** A cursor's fields as text that clients pass on unchanged. */
export function encodeCursor(fields: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

/** Undefined: it is no cursor of this format. */
export function decodeCursor<Format extends z.ZodType>(text: string, format: Format): z.output<Format> | undefined {
  return format.safeParse(parseJson(Buffer.from(text, 'base64url').toString())).data;
}

export function wrongCursor(message: string): Problem {
  return invalidRequest([{ field: 'cursor', message }]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
