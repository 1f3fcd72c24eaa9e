import { GrpcError, status } from './transport/status.ts';

/** What the real server answers to a request that it cannot make sense of. */
export const handlerThrew = (): GrpcError => new GrpcError(status.UNKNOWN, 'Exception was thrown by handler.');

/** What is said of a stream that has ended for good. */
export const streamDeleted = (stream: string): GrpcError =>
  new GrpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

/** The write was tried, and failed. */
export const writeFailed = (error: unknown): GrpcError =>
  new GrpcError(status.INTERNAL, `The write failed: ${String(error)}`);
