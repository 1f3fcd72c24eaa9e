import type { z } from 'zod';
import { type FieldError, invalidRequest, type Problem } from '../problems.ts';

/**
 * Checks a request's part against its schema and returns what the schema makes of it.
 * @throws Problem `invalid-request` that names every wrong field.
 */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const checked = check(schema, value);
  if (checked.problem) throw checked.problem;
  return checked.value;
}

export type Checked<T> = { readonly value: T; readonly problem?: never } | { readonly problem: Problem };

/** The same without throwing. */
export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): Checked<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { value: parsed.data }
    : { problem: invalidRequest(firstOf(parsed.error.issues.flatMap((issue) => fieldErrors(issue, value)))) };
}

/** A body of 100 kB can be wrong in ten thousand places; the first ones tell enough. */
const mostErrors = 20;

function firstOf(errors: readonly FieldError[]): readonly FieldError[] {
  const more = errors.length - mostErrors;
  if (more <= 0) return errors;
  return [...errors.slice(0, mostErrors), { field: 'body', message: `has ${more} more fields that are wrong` }];
}

function fieldErrors(issue: z.core.$ZodIssue, value: unknown): FieldError[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: path ? `${path}.${key}` : key,
      message: 'is not a field of this request',
    }));
  }
  const missing = path !== '' && valueAt(value, issue.path) === undefined;
  return [{ field: path || 'body', message: missing ? `is missing: ${issue.message}` : issue.message }];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
