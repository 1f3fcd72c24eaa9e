/** The `code` of a system error (`ENOENT`, `ECONNRESET`, …) or the SQLSTATE that PostgreSQL answered with; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
