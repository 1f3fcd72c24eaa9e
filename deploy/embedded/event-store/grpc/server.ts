import { randomUUID } from 'node:crypto';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { EventStore } from '../event-store.ts';
import { createBatchAppend } from './batch-append.ts';
import { createDelete, createTombstone } from './delete-call.ts';
import { createGossip } from './gossip.ts';
import { createReadCalls, type ReadOptions } from './read-call.ts';
import { getSupportedMethods } from './server-features.ts';
import { createUnaryAppend } from './unary-append.ts';

/** As the real server: an append of the largest size with all its names and metadata fits. */
const MAX_MESSAGE_BYTES = 17 * 1024 * 1024;

/** A read's answers come as the bytes of the message. */
const { read, append, batchAppend, delete: softDelete, tombstone } = streamsGrpc.StreamsService;
const streamsService = {
  read: { ...read, responseSerialize: (message: Buffer) => message },
  append,
  batchAppend,
  delete: softDelete,
  tombstone,
};

export interface GrpcServer {
  readonly port: number;
  /** Ends every call and connection at once; resolves when none reads from the store any more. */
  stop(): Promise<void>;
}

/** Serves the store on `host` and `port` (0 for a free one), without TLS. @throws Error where the port cannot be had */
export async function serve(
  store: EventStore,
  { host, port, ...options }: { host: string; port: number } & ReadOptions,
): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': -1,
  });
  let bound = port;
  const { read: readEvents, ended } = createReadCalls(store, options);
  server.addService(streamsService, {
    read: readEvents,
    append: createUnaryAppend(store),
    batchAppend: createBatchAppend(store),
    delete: createDelete(store),
    tombstone: createTombstone(store),
  });
  server.addService(gossipGrpc.GossipService, { read: createGossip(randomUUID(), () => ({ host, port: bound })) });
  server.addService(featuresGrpc.ServerFeaturesService, { getSupportedMethods });
  bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, taken) => {
      if (error) reject(error);
      else resolve(taken);
    });
  });
  return {
    port: bound,
    async stop() {
      server.forceShutdown();
      await ended();
    },
  };
}
