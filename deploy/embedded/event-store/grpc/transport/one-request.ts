import type { Call, Method } from './call.ts';
import { GrpcError, status } from './status.ts';

/**
 * A method of one request. `answer` sends what it has to; the call ends when its promise resolves, and fails with what it
 * throws.
 */
export function oneRequest(answer: (request: Buffer, call: Call) => Promise<void>): Method {
  return (call) => {
    let request: Buffer | undefined;
    return {
      message(bytes) {
        if (request) throw new GrpcError(status.INTERNAL, 'Additional data after the message received.');
        request = bytes;
      },
      end() {
        if (!request) throw new GrpcError(status.INTERNAL, 'Incomplete message.');
        answer(request, call).then(call.end, call.fail);
      },
    };
  };
}
