import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { streamNameOf } from './append-requests.ts';
import { metadataEvent } from './event-log.ts';
import { notImplementedError, nothingToDeleteError, streamDeletedError } from './grpc-errors.ts';
import type { StandInServer } from './server.ts';
import { nowTicks } from './server.ts';
import type { ProposedEvent } from './stored-event.ts';
import { metadataStreamOf, tombstoneRevision } from './stored-event.ts';
import { deletedSoftlyBefore } from './retention.ts';

/** Soft-deletes a stream, with ANY: its metadata hides all its events. The stream must have had an event. */
export function deleteCall(
  server: StandInServer,
  call: ServerUnaryCall<DeleteReq, DeleteResp>,
  reply: sendUnaryData<DeleteResp>,
): void {
  const { log } = server;
  const options = call.request.getOptions();
  const streamName = streamNameOf(options?.getStreamIdentifier());
  const lastRevision = log.lastRevision(streamName);
  if (lastRevision < 0n && options?.hasNoStream()) return reply(nothingToDeleteError(streamName, 'noStream'));
  if (!options?.hasAny()) return reply(notImplementedError());
  if (lastRevision < 0n) return reply(nothingToDeleteError(streamName, 'any'));
  if (lastRevision === tombstoneRevision) return reply(streamDeletedError(streamName));
  const metadataStream = metadataStreamOf(streamName);
  const event = metadataEvent(`{"$tb":${deletedSoftlyBefore}}`);
  void durably(server, metadataStream, event, log.lastRevision(metadataStream) + 1n).then((position) => {
    const pair = new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
    reply(null, new streams.DeleteResp().setPosition(pair));
  });
}

/** Deletes a stream for ever, with ANY, even one that never existed. */
export function tombstoneCall(
  server: StandInServer,
  call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
  reply: sendUnaryData<TombstoneResp>,
): void {
  const { log } = server;
  const options = call.request.getOptions();
  if (!options?.hasAny()) return reply(notImplementedError());
  const streamName = streamNameOf(options.getStreamIdentifier());
  if (log.lastRevision(streamName) === tombstoneRevision) return reply(streamDeletedError(streamName));
  void durably(server, streamName, tombstone(), tombstoneRevision).then((position) => {
    const pair = new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
    reply(null, new streams.TombstoneResp().setPosition(pair));
  });
}

function tombstone(): ProposedEvent {
  const contentType = 'application/octet-stream';
  return { id: crypto.randomUUID(), type: '$streamDeleted', contentType, metadata: '', data: '' };
}

async function durably(
  server: StandInServer,
  streamName: string,
  event: ProposedEvent,
  revision: bigint,
): Promise<string> {
  const written = server.log.write(streamName, [event], revision, nowTicks(server));
  await server.log.durable(written);
  return written.position.toString();
}
