import type { AppendReq, BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { Expected } from './expected-revision.ts';
import type { ProposedEvent } from './stored-event.ts';

/** The largest append in bytes: a real server's default `MaxAppendSize`. */
export const appendBytesMax = 1_048_576;

export function streamNameOf(identifier: StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
}

export function idOf(id: UUID | undefined): string {
  return id?.getString() ?? '';
}

export function proposedEvent(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): ProposedEvent {
  const metadata = message.getMetadataMap();
  return {
    id: idOf(message.getId()),
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    metadata: message.getCustomMetadata_asB64(),
    data: message.getData_asB64(),
  };
}

interface ExpectedOptions {
  hasNoStream(): boolean;
  hasAny(): boolean;
  hasStreamExists(): boolean;
}

export function expectedOf(options: ExpectedOptions, revision: string): Expected {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'noStream';
  if (options.hasStreamExists()) return 'streamExists';
  return BigInt(revision);
}

/** Why a server refuses an append before it reads the stream; null if it does not refuse it. */
export function invalidArgument(streamName: string, events: readonly ProposedEvent[]): string | null {
  if (streamName === '') return 'eventStreamId';
  for (const event of events) {
    if (!uuid.test(event.id)) return 'eventId';
    if (event.type === '') return 'eventType';
  }
  return null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function bytesOf(events: readonly ProposedEvent[]): number {
  return events.reduce(
    (sum, { type, metadata, data }) => sum + type.length + fromBase64(metadata) + fromBase64(data),
    0,
  );
}

function fromBase64(text: string): number {
  return Buffer.byteLength(text, 'base64');
}
