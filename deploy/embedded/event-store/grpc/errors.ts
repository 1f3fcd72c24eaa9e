import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

/** An error as gRPC sends it: status, text, and trailers by which the official clients tell their typed errors. */
export function grpcError(code: status, details: string, trailers: Record<string, string> = {}): ServiceError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

/** What the real server answers to a request that it cannot make sense of. */
export const handlerThrew = (): ServiceError => grpcError(status.UNKNOWN, 'Exception was thrown by handler.');

/** What is said of a stream that has ended for good. */
export const streamDeleted = (stream: string): ServiceError =>
  grpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });
