import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type { Method } from './transport/call.ts';
import { oneRequest } from './transport/one-request.ts';
import { uuidAsHalves } from './wire/uuid.ts';

/** Gossip of a cluster of one: this node, the leader. `address` is where clients reach it. */
export function createGossip(instanceId: string, address: () => { host: string; port: number }): Method {
  return oneRequest(async (_request, call) => {
    const { host, port } = address();
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress(host);
    endPoint.setPort(port);

    const member = new gossip.MemberInfo();
    member.setInstanceId(uuidAsHalves(instanceId));
    // .NET's ticks, of 100 ns, counted from 1970.
    member.setTimeStamp(`${Date.now()}0000`);
    member.setState(gossip.MemberInfo.VNodeState.LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const info = new gossip.ClusterInfo();
    info.addMembers(member);
    call.send(info.serializeBinary());
  });
}
