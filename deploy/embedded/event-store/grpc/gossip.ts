import gossip, { type ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import shared, { type Empty } from '@eventstore/db-client/generated/shared_pb.js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { halvesOfUuid } from '../event-id.ts';

/** Gossip of a cluster of one: this node, the leader. `address` is where clients reach it. */
export function createGossip(
  instanceId: string,
  address: () => { host: string; port: number },
): handleUnaryCall<Empty, ClusterInfo> {
  return function read(_call, answer) {
    const { mostSignificant, leastSignificant } = halvesOfUuid(instanceId);
    const structured = new shared.UUID.Structured();
    structured.setMostSignificantBits(mostSignificant);
    structured.setLeastSignificantBits(leastSignificant);
    const id = new shared.UUID();
    id.setStructured(structured);

    const { host, port } = address();
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress(host);
    endPoint.setPort(port);

    const member = new gossip.MemberInfo();
    member.setInstanceId(id);
    // .NET's ticks, of 100 ns, counted from 1970.
    member.setTimeStamp(`${Date.now()}0000`);
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const info = new gossip.ClusterInfo();
    info.addMembers(member);
    answer(null, info);
  };
}
