import gossip from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server } from '@grpc/grpc-js';
import { batchAppendCall } from './batch-append-calls.ts';
import { classicAppendCall } from './classic-append-calls.ts';
import { Connections } from './connections.ts';
import { deleteCall, tombstoneCall } from './delete-calls.ts';
import { EventLog, metadataEvent } from './event-log.ts';
import { FaultSettings } from './faults.ts';
import { answerHttp } from './http-requests.ts';
import { readCall } from './read-calls.ts';
import { clusterInfo, supportedMethods } from './server-info.ts';
import type { StandInServer } from './server.ts';
import { nowTicks } from './server.ts';

/** The largest message in bytes, as in the client. */
const messageBytesMax = 17 * 1_048_576;

/** Metadata of the stream that a server writes into an empty log before it answers any request. */
const scavengesMetadata = '{"$maxAge":2592000,"$acl":{"$r":"$ops","$w":[],"$d":[],"$mr":[],"$mw":[]}}';

/** Serves the log in a folder on a loopback port; 0 means any. */
export async function startServer(port: number, folder: string): Promise<StandInServer> {
  const faults = new FaultSettings();
  const log = new EventLog(folder);
  const grpc = new Server({ 'grpc.max_receive_message_length': messageBytesMax });
  const connections = new Connections(grpc, (request, response) => void answerHttp(faults, request, response));
  const server = { log, faults, connections };
  if (log.count === 0) {
    await log.durable(log.write('$$$scavenges', [metadataEvent(scavengesMetadata)], 0n, nowTicks(server)));
  }
  serve(grpc, server);
  await connections.listen(port);
  return server;
}

function serve(grpc: Server, server: StandInServer): void {
  grpc.addService(streams.StreamsService, {
    read: (call) => readCall(server, call),
    append: (call, reply) => classicAppendCall(server, call, reply),
    batchAppend: (call) => batchAppendCall(server, call),
    delete: (call, reply) => deleteCall(server, call, reply),
    tombstone: (call, reply) => tombstoneCall(server, call, reply),
  } satisfies streams.IStreamsServer);
  grpc.addService(gossip.GossipService, {
    read: (_, reply) => reply(null, clusterInfo(server)),
  } satisfies gossip.IGossipServer);
  grpc.addService(features.ServerFeaturesService, {
    getSupportedMethods: (_, reply) => reply(null, supportedMethods()),
  } satisfies features.IServerFeaturesServer);
}
