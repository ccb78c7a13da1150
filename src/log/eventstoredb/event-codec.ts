import type { RecordedEvent as ServerEvent } from '@eventstore/db-client';
import { isUtf8 } from 'node:buffer';
import { asBuffer, isLongInteger, quoteNumbers } from '../../kernel/encoding.ts';
import { digestBytes, digestOfContent, digestOfDamaged } from '../event-digest.ts';
import type { NewEvent, RecordedEvent } from '../event-store.ts';
import type { StreamNames } from './settings.ts';

/** A JSON object or array. */
type JsonValue = Record<string, unknown> | unknown[];

/** Levels of nesting: serializing more could exhaust the stack. No callback has more than a few. */
const depthMax = 64;

/** The value of a JSON text that serializing reproduces byte for byte; null for anything else. */
function exactJson(bytes: Uint8Array): JsonValue | null {
  // Decoding replaces invalid bytes, so the text would differ from what was sent.
  if (!isUtf8(bytes)) return null;
  const text = asBuffer(bytes).toString();
  const value = parse(text);
  return value !== null && JSON.stringify(value) === text ? value : null;
}

/**
 * The value of a JSON text, for people to read: the last of duplicate keys, and strings for numbers that a double can't
 * represent. Null if it is no JSON object or array.
 */
export function readableJson(bytes: Uint8Array): JsonValue | null {
  const text = asBuffer(bytes).toString();
  if (parse(text) === null) return null;
  return parse(quoteNumbers(text, losesDigits));
}

function losesDigits(number: string): boolean {
  return !Number.isFinite(Number(number)) || isLongInteger(number);
}

function parse(text: string): JsonValue | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isObjectOrArray(value) && !isDeeperThan(value, depthMax) ? value : null;
}

function isObjectOrArray(value: unknown): value is JsonValue {
  return typeof value === 'object' && value !== null;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (!isObjectOrArray(value)) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

/**
 * Keys that we add to metadata; they take precedence when reading. `bodyBase64`: exact bytes of a body that the stored JSON
 * does not reproduce; `metadataBase64`: those of metadata. `digest`, always last: of type, body and metadata as given.
 * Names on disk: they never change.
 */
const bodyKey = 'bodyBase64';
const metadataKey = 'metadataBase64';
const digestKey = 'digest';

/** The end of metadata with a digest. It is cut off without parsing the rest. */
const digestEnd = /[,{]"digest":"([0-9a-f]{32})"}$/;
const digestEndBytes = ',"digest":""}'.length + 2 * digestBytes;

/**
 * Bytes of an event whose body is stored twice, readable and exact. The server accepts 1 MiB per append; larger events are
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
 * Each event has a digest in its metadata, so that `decodeEvent` detects later changes.
 */
export function encodeEvent({ eventId: id, type, data, metadata, isDamaged }: NewEvent): EncodedEvent {
  const value = encodeMetadata(metadata);
  const digest = isDamaged ? digestOfDamaged.toString('hex') : digestOfContent({ type, data, metadata });
  const encoded = bytesOf({ ...value, [digestKey]: digest });
  if (exactJson(data) !== null) return { id, type, contentType: 'application/json', data, metadata: encoded };
  const readable = readableJson(data);
  if (readable !== null) {
    const written = bytesOf(readable);
    const both = bytesOf({ ...value, [bodyKey]: Buffer.from(data).toString('base64'), [digestKey]: digest });
    if (written.byteLength + both.byteLength <= bytesTwiceMax) {
      return { id, type, contentType: 'application/json', data: written, metadata: both };
    }
  }
  return { id, type, contentType: 'application/octet-stream', data, metadata: encoded };
}

/** An event as it was appended. For events of other programs, as much as can be read, without a guarantee. */
export function decodeEvent(event: ServerEvent, position: bigint, names: StreamNames): RecordedEvent {
  const { id, type, streamId, revision, created } = event;
  const recordedAtMs = created.getTime();
  const { metadata, bodyBase64, digest } = decodeMetadata(event.metadata);
  const data = bodyBase64 === null ? dataOf(event) : Buffer.from(bodyBase64, 'base64');
  const isDamaged = digest !== null && digest !== digestOfContent({ type, data, metadata });
  return {
    eventId: id,
    type,
    streamName: names.toLocal(streamId),
    revision,
    position,
    data,
    metadata,
    recordedAtMs: Number.isFinite(recordedAtMs) ? recordedAtMs : 0,
    ...(isDamaged && { isDamaged }),
    ...(digest === null && { isUnchecked: true }),
  };
}

function encodeMetadata(metadata: Uint8Array): Readonly<Record<string, unknown>> {
  const exact = exactJson(metadata);
  const isOurs = exact !== null && !Array.isArray(exact) && !ourKeys.some((key) => key in exact);
  return isOurs ? exact : { [metadataKey]: Buffer.from(metadata).toString('base64') };
}

const ourKeys = [bodyKey, metadataKey, digestKey];

function bytesOf(value: JsonValue): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The metadata as appended, and our additions to it. */
interface DecodedMetadata {
  readonly metadata: Buffer;
  readonly bodyBase64: string | null;
  readonly digest: string | null;
}

function decodeMetadata(metadata: unknown): DecodedMetadata {
  if (metadata === undefined) return { metadata: Buffer.alloc(0), bodyBase64: null, digest: null };
  if (metadata instanceof Uint8Array) return decodeMetadataBytes(asBuffer(metadata));
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    return { metadata: bufferOf(metadata), bodyBase64: null, digest: null };
  }
  const { [bodyKey]: body, [digestKey]: digest, ...rest } = metadata as Record<string, unknown>;
  const exact = rest[metadataKey];
  const isOurDigest = typeof digest === 'string' && isDigest.test(digest);
  const others = digest === undefined || isOurDigest ? rest : { ...rest, [digestKey]: digest };
  return {
    metadata: typeof exact === 'string' ? Buffer.from(exact, 'base64') : bufferOf(others),
    bodyBase64: typeof body === 'string' ? body : null,
    digest: isOurDigest ? digest : null,
  };
}

const isDigest = /^[0-9a-f]{32}$/;

function decodeMetadataBytes(bytes: Buffer): DecodedMetadata {
  const value = bytes.includes(bodyKey) || bytes.includes(metadataKey) ? readableJson(bytes) : null;
  if (value !== null) return decodeMetadata(value);
  const end = digestEnd.exec(bytes.toString('latin1', Math.max(0, bytes.byteLength - digestEndBytes)));
  const digest = end?.[1] ?? null;
  if (digest === null) return { metadata: bytes, bodyBase64: null, digest };
  const rest = bytes.subarray(0, bytes.byteLength - digestEndBytes);
  return { metadata: Buffer.concat([rest, Buffer.from(rest.byteLength === 0 ? '{}' : '}')]), bodyBase64: null, digest };
}

function dataOf({ data, isJson }: ServerEvent): Buffer {
  if (data instanceof Uint8Array) return asBuffer(data);
  // Content type JSON without valid JSON: another program wrote it.
  return isJson && typeof data === 'string' ? Buffer.from(data) : bufferOf(data);
}

function bufferOf(value: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch {
    // Written by another program, nested too deeply to serialize.
    return Buffer.alloc(0);
  }
}
