import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type {
  AppendReq,
  BatchAppendReq,
  DeleteReq,
  ReadReq,
  TombstoneReq,
} from '@eventstore/db-client/generated/streams_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js';

/** Any message of the generated classes. */
export interface WireMessage {
  toObject(): object;
}

/** Maps recorded positions to those of the current server. */
export type MapPosition = (recorded: string) => string;

/** Milliseconds that a replayed append may take: its recorded deadline is long past. */
const deadlineMs = 120_000;

/** A recorded request as an instance of the client's own classes. */
export function requestMessage(method: string, recorded: unknown, position: MapPosition): WireMessage {
  switch (method.split('/').pop()) {
    case 'Read':
      return method.includes('Gossip') ? new shared.Empty() : readRequest(recorded as ReadReq.AsObject, position);
    case 'Append':
      return appendRequest(recorded as AppendReq.AsObject);
    case 'BatchAppend':
      return batchAppendRequest(recorded as BatchAppendReq.AsObject);
    case 'Delete':
      return deleteRequest(recorded as DeleteReq.AsObject);
    case 'Tombstone':
      return tombstoneRequest(recorded as TombstoneReq.AsObject);
    case 'GetSupportedMethods':
      return new shared.Empty();
    default:
      throw new Error(`No such request: ${method}`);
  }
}

function readRequest({ options }: ReadReq.AsObject, position: MapPosition): ReadReq {
  if (!options) throw new Error('A read has options');
  const { stream, all, filter } = options;
  const request = new streams.ReadReq.Options()
    .setReadDirection(options.readDirection)
    .setResolveLinks(options.resolveLinks)
    .setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
  if (options.subscription) request.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  else request.setCount(options.count);
  if (stream) request.setStream(streamOptions(stream));
  if (all) request.setAll(allOptions(all, position));
  if (filter) request.setFilter(filterOptions(filter));
  else request.setNoFilter(new shared.Empty());
  return new streams.ReadReq().setOptions(request);
}

function streamOptions(recorded: ReadReq.Options.StreamOptions.AsObject): ReadReq.Options.StreamOptions {
  const options = new streams.ReadReq.Options.StreamOptions().setStreamIdentifier(identifier(recorded));
  if (recorded.start) return options.setStart(new shared.Empty());
  return recorded.end ? options.setEnd(new shared.Empty()) : options.setRevision(recorded.revision);
}

function allOptions(recorded: ReadReq.Options.AllOptions.AsObject, position: MapPosition): ReadReq.Options.AllOptions {
  const options = new streams.ReadReq.Options.AllOptions();
  if (recorded.start) return options.setStart(new shared.Empty());
  if (!recorded.position) return options.setEnd(new shared.Empty());
  const { commitPosition, preparePosition } = recorded.position;
  const pair = new streams.ReadReq.Options.Position();
  return options.setPosition(
    pair.setCommitPosition(position(commitPosition)).setPreparePosition(position(preparePosition)),
  );
}

function filterOptions(recorded: ReadReq.Options.FilterOptions.AsObject): ReadReq.Options.FilterOptions {
  const { Expression } = streams.ReadReq.Options.FilterOptions;
  const options = new streams.ReadReq.Options.FilterOptions().setCheckpointintervalmultiplier(
    recorded.checkpointintervalmultiplier,
  );
  const { streamIdentifier, eventType } = recorded;
  const found = streamIdentifier ?? eventType;
  const expression = new Expression().setRegex(found?.regex ?? '').setPrefixList(found?.prefixList ?? []);
  if (streamIdentifier) options.setStreamIdentifier(expression);
  else options.setEventType(expression);
  return recorded.count ? options.setCount(new shared.Empty()) : options.setMax(recorded.max);
}

function appendRequest({ options, proposedMessage }: AppendReq.AsObject): AppendReq {
  const request = new streams.AppendReq();
  if (options) {
    const asked = new streams.AppendReq.Options().setStreamIdentifier(identifier(options));
    if (options.any) asked.setAny(new shared.Empty());
    else if (options.noStream) asked.setNoStream(new shared.Empty());
    else if (options.streamExists) asked.setStreamExists(new shared.Empty());
    else asked.setRevision(options.revision);
    request.setOptions(asked);
  }
  if (proposedMessage) request.setProposedMessage(proposed(new streams.AppendReq.ProposedMessage(), proposedMessage));
  return request;
}

function batchAppendRequest(recorded: BatchAppendReq.AsObject): BatchAppendReq {
  const { options, correlationId } = recorded;
  const request = new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(correlationId?.string ?? ''))
    .setIsFinal(recorded.isFinal);
  for (const message of recorded.proposedMessagesList) {
    request.addProposedMessages(proposed(new streams.BatchAppendReq.ProposedMessage(), message));
  }
  if (!options) return request;
  const asked = new streams.BatchAppendReq.Options()
    .setStreamIdentifier(identifier(options))
    .setDeadline(timestamp.Timestamp.fromDate(new Date(Date.now() + deadlineMs)));
  if (options.any) asked.setAny(new empty.Empty());
  else if (options.noStream) asked.setNoStream(new empty.Empty());
  else if (options.streamExists) asked.setStreamExists(new empty.Empty());
  else asked.setStreamPosition(options.streamPosition);
  return request.setOptions(asked);
}

function deleteRequest({ options }: DeleteReq.AsObject): DeleteReq {
  if (!options?.any) throw new Error('Deletions were recorded with ANY');
  const asked = new streams.DeleteReq.Options().setStreamIdentifier(identifier(options)).setAny(new shared.Empty());
  return new streams.DeleteReq().setOptions(asked);
}

function tombstoneRequest({ options }: TombstoneReq.AsObject): TombstoneReq {
  if (!options?.any) throw new Error('Deletions were recorded with ANY');
  const asked = new streams.TombstoneReq.Options().setStreamIdentifier(identifier(options)).setAny(new shared.Empty());
  return new streams.TombstoneReq().setOptions(asked);
}

interface Options {
  readonly streamIdentifier?: { readonly streamName: Uint8Array | string };
}

function identifier({ streamIdentifier }: Options): InstanceType<typeof shared.StreamIdentifier> {
  return new shared.StreamIdentifier().setStreamName(streamIdentifier?.streamName ?? '');
}

function proposed<Proposed extends AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage>(
  message: Proposed,
  recorded: AppendReq.ProposedMessage.AsObject | BatchAppendReq.ProposedMessage.AsObject,
): Proposed {
  message
    .setId(new shared.UUID().setString(recorded.id?.string ?? ''))
    .setCustomMetadata(recorded.customMetadata)
    .setData(whole(recorded.data as string));
  for (const [name, value] of recorded.metadataMap) message.getMetadataMap().set(name, value);
  return message;
}

/** Restores long data, which is recorded as its length. */
function whole(data: string): string {
  const length = /^\((\d+) characters\)$/.exec(data)?.[1];
  return length === undefined ? data : 'A'.repeat(Number(length));
}
