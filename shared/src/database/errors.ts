import { errorCode } from '../error-code.ts';
/** SQLSTATEs that the code asks for by name (PostgreSQL manual, appendix A). */
export const sqlState = {
  uniqueViolation: '23505',
  undefinedTable: '42P01',
  queryCanceled: '57014',
  adminShutdown: '57P01',
  crashShutdown: '57P02',
  cannotConnectNow: '57P03',
  invalidCatalogName: '3D000',
} as const;

/** Classes of SQLSTATEs, by their first two characters. */
const sqlStateClass = {
  connectionException: '08',
  dataException: '22',
  integrityConstraintViolation: '23',
  invalidAuthorization: '28',
  insufficientResources: '53',
} as const;

const unavailableStates: ReadonlySet<string> = new Set([
  sqlState.adminShutdown,
  sqlState.crashShutdown,
  sqlState.cannotConnectNow,
  sqlState.invalidCatalogName,
  sqlState.queryCanceled,
]);

const networkCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** pg reports these without a code. */
const lostConnection =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|timeout expired|Client was closed)/;

/**
 * PostgreSQL can't be asked now, and the same may succeed later: refused or lost connections, a server that starts, stops
 * or has no room for another connection, one that does not let this user or database in (which its operator mends), no
 * free connection in the pool in time, a statement over its time.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnavailable);
  const code = errorCode(error);
  if (code === undefined) return error instanceof Error && lostConnection.test(error.message);
  return (
    unavailableStates.has(code) ||
    networkCodes.has(code) ||
    code.startsWith(sqlStateClass.connectionException) ||
    code.startsWith(sqlStateClass.invalidAuthorization) ||
    code.startsWith(sqlStateClass.insufficientResources)
  );
}

/** The data does not fit the table: sending the same again can't succeed. */
export function isRefusedData(error: unknown): boolean {
  const code = errorCode(error);
  return (
    code !== undefined &&
    /^[0-9A-Z]{5}$/.test(code) &&
    (code.startsWith(sqlStateClass.dataException) || code.startsWith(sqlStateClass.integrityConstraintViolation))
  );
}
