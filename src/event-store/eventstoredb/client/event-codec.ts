import type { RecordedEvent as ServerEvent } from '@eventstore/db-client';
import type { NewEvent, RecordedEvent } from '../../event-store.ts';
import { exactJson, readableJson, type JsonValue } from './readable-json.ts';
import type { StreamNames } from './stream-names.ts';

/**
 * Keys that we add to metadata. `bodyBase64`: the exact bytes of a body that the stored JSON does not reproduce;
 * `metadataBase64`: those of metadata. They take precedence when reading. Names on disk: they never change.
 */
const bodyKey = 'bodyBase64';
const metadataKey = 'metadataBase64';

/**
 * Bytes of an event that has its body twice, readable and exact. The server accepts 1 MiB an append; a larger event is
 * stored once, as bytes.
 */
const bytesTwiceMax = 960 * 1024;

/** An event as the server stores it. */
export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: 'application/json' | 'application/octet-stream';
  readonly data: Uint8Array;
  /** JSON. */
  readonly metadata: Uint8Array;
}

/**
 * Encodes an event so that its exact bytes can be restored, and JSON is readable in the server's own tools.
 * - A body that parsing and serializing reproduces byte for byte is sent as JSON.
 * - Other JSON is sent as JSON for people, and as base64 in the metadata, from which `decodeEvent` restores it.
 * - Everything else is sent as bytes.
 */
export function encodeEvent({ eventId: id, type, data, metadata }: NewEvent): EncodedEvent {
  const encoded = encodeMetadata(metadata);
  if (exactJson(data) !== null) return { id, type, contentType: 'application/json', data, metadata: encoded.bytes };
  const readable = readableJson(data);
  if (readable !== null) {
    const written = bytesOf(readable);
    const both = bytesOf({ ...encoded.value, [bodyKey]: Buffer.from(data).toString('base64') });
    if (written.byteLength + both.byteLength <= bytesTwiceMax) {
      return { id, type, contentType: 'application/json', data: written, metadata: both };
    }
  }
  return { id, type, contentType: 'application/octet-stream', data, metadata: encoded.bytes };
}

/** An event as it was appended. For an event that another program wrote: as much as there is, without a promise. */
export function decodeEvent(event: ServerEvent, position: bigint, names: StreamNames): RecordedEvent {
  const { id, type, streamId, revision, created } = event;
  const recordedAtMs = created.getTime();
  const [metadata, bodyBase64] = decodeMetadata(event.metadata);
  return {
    eventId: id,
    type,
    streamName: names.toLocal(streamId),
    revision,
    position,
    data: bodyBase64 === null ? dataOf(event) : Buffer.from(bodyBase64, 'base64'),
    metadata,
    recordedAtMs: Number.isFinite(recordedAtMs) ? recordedAtMs : 0,
  };
}

interface EncodedMetadata {
  readonly value: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
}

function encodeMetadata(metadata: Uint8Array): EncodedMetadata {
  const exact = exactJson(metadata);
  if (exact !== null && !Array.isArray(exact) && !(bodyKey in exact) && !(metadataKey in exact)) {
    return { value: exact, bytes: metadata };
  }
  const value = { [metadataKey]: Buffer.from(metadata).toString('base64') };
  return { value, bytes: bytesOf(value) };
}

function bytesOf(value: JsonValue): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The metadata as it was appended, and the exact body if the metadata has it. */
function decodeMetadata(metadata: unknown): [Buffer, string | null] {
  if (metadata === undefined) return [Buffer.alloc(0), null];
  if (metadata instanceof Uint8Array) return decodeMetadataBytes(bufferOver(metadata));
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return [bufferOf(metadata), null];
  const { [bodyKey]: body, ...rest } = metadata as Record<string, unknown>;
  const exact = rest[metadataKey];
  return [
    typeof exact === 'string' ? Buffer.from(exact, 'base64') : bufferOf(rest),
    typeof body === 'string' ? body : null,
  ];
}

function decodeMetadataBytes(bytes: Buffer): [Buffer, string | null] {
  const value = bytes.includes(bodyKey) || bytes.includes(metadataKey) ? readableJson(bytes) : null;
  return value === null ? [bytes, null] : decodeMetadata(value);
}

function dataOf({ data, isJson }: ServerEvent): Buffer {
  if (data instanceof Uint8Array) return bufferOver(data);
  // Data of content type JSON that is none: another program wrote it.
  return isJson && typeof data === 'string' ? Buffer.from(data) : bufferOf(data);
}

function bufferOver({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function bufferOf(value: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch {
    // Of another program, and nested too deeply to be serialized.
    return Buffer.alloc(0);
  }
}
