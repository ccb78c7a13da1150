import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StandInServer } from './server.ts';
import { nowTicks } from './server.ts';

/** The release whose answers the stand-in gives. */
const serverVersion = '24.6.0';

const implemented: readonly (readonly [service: string, method: string, features: readonly string[]])[] = [
  ['streams.streams', 'read', ['position', 'events']],
  ['streams.streams', 'append', []],
  ['streams.streams', 'delete', []],
  ['streams.streams', 'tombstone', []],
  ['streams.streams', 'batchappend', ['deadline_duration']],
  ['gossip.gossip', 'read', []],
  ['server_features.serverfeatures', 'getsupportedmethods', []],
];

/** The answer to a client's first call, which shows whether it may append in batches. */
export function supportedMethods(): SupportedMethods {
  const methods = implemented.map(([service, method, names]) =>
    new features.SupportedMethod()
      .setServiceName(`event_store.client.${service}`)
      .setMethodName(method)
      .setFeaturesList([...names]),
  );
  return new features.SupportedMethods().setMethodsList(methods).setEventStoreServerVersion(serverVersion);
}

/** A UUID, new at each start. */
const instanceId = Buffer.from(crypto.randomUUID().replaceAll('-', ''), 'hex');

/** A cluster of one node, which is its leader: the answer for `esdb+discover`. */
export function clusterInfo(server: StandInServer): ClusterInfo {
  const id = new shared.UUID.Structured()
    .setMostSignificantBits(instanceId.readBigInt64BE(0).toString())
    .setLeastSignificantBits(instanceId.readBigInt64BE(8).toString());
  const member = new gossip.MemberInfo()
    .setInstanceId(new shared.UUID().setStructured(id))
    .setTimeStamp(nowTicks(server))
    .setState(gossip.MemberInfo.VNodeState.LEADER)
    .setIsAlive(true)
    .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(server.connections.port));
  return new gossip.ClusterInfo().setMembersList([member]);
}
