import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Method } from './transport/call.ts';
import { oneRequest } from './transport/one-request.ts';

/** The version whose answers this node gives. */
const SERVER_VERSION = '23.10.8';

/** What this node has of the real server's methods, in the form in which that lists them. By it a client chooses its ways. */
const METHODS: readonly { service: string; method: string; features: string[] }[] = [
  { service: 'event_store.client.streams.streams', method: 'read', features: ['position', 'events'] },
  { service: 'event_store.client.streams.streams', method: 'append', features: [] },
  { service: 'event_store.client.streams.streams', method: 'delete', features: [] },
  { service: 'event_store.client.streams.streams', method: 'tombstone', features: [] },
  { service: 'event_store.client.streams.streams', method: 'batchappend', features: ['deadline_duration'] },
  { service: 'event_store.client.gossip.gossip', method: 'read', features: [] },
  { service: 'event_store.client.server_features.serverfeatures', method: 'getsupportedmethods', features: [] },
];

export const getSupportedMethods: Method = oneRequest(async (_request, call) => {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion(SERVER_VERSION);
  for (const { service, method, features: names } of METHODS) {
    const entry = new features.SupportedMethod();
    entry.setServiceName(service);
    entry.setMethodName(method);
    entry.setFeaturesList(names);
    supported.addMethods(entry);
  }
  call.send(supported.serializeBinary());
});
