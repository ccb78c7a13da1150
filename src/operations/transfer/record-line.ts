import { isJsonObject, parseJsonObject } from '../../callbacks/json-object.ts';
import type { NewEvent } from '../../log/event-store.ts';
import { hidden, withoutCredentials } from '../../api/redact.ts';

/** An event of the record, without the position, revision and time that a store gives it. */
export interface RecordEvent extends NewEvent {
  readonly streamName: string;
}

/** One line of an export: the event as JSON, its bytes as text if they are UTF-8, else as base64. Equal events give equal lines. */
export function toLine({ streamName, eventId, type, data, metadata, isDamaged }: RecordEvent): string {
  return JSON.stringify({
    stream: streamName,
    eventId,
    type,
    ...toText('data', data),
    ...toText('metadata', metadata),
    ...(isDamaged && { damaged: true }),
  });
}

/** @throws Error - the line is no event of an export */
export function fromLine(line: string): RecordEvent {
  const value: unknown = JSON.parse(line);
  if (!isJsonObject(value)) throw new Error('no JSON object');
  const { stream, eventId, type, damaged } = value;
  if (typeof stream !== 'string' || typeof eventId !== 'string' || typeof type !== 'string') {
    throw new Error('stream, eventId or type is missing');
  }
  const event = {
    streamName: stream,
    eventId,
    type,
    data: fromText('data', value),
    metadata: fromText('metadata', value),
  };
  return damaged === true ? { ...event, isDamaged: true } : event;
}

/** The event as viewers may see it, without credentials in the body and without the sender's address. */
export function withoutSecrets<Event extends NewEvent>(event: Event): Event {
  const [body, metadata] = [parseJsonObject(event.data), parseJsonObject(event.metadata)];
  const shown = body.ok ? JSON.stringify(withoutCredentials(body.object)) : hidden;
  const about = metadata.ok
    ? { ...metadata.object, ...('remoteAddress' in metadata.object && { remoteAddress: hidden }) }
    : {};
  return { ...event, data: Buffer.from(shown), metadata: Buffer.from(JSON.stringify(about)) };
}

function toText(name: string, bytes: Uint8Array): Readonly<Record<string, string>> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return Buffer.from(text, 'utf8').equals(buffer) ? { [name]: text } : { [`${name}Base64`]: buffer.toString('base64') };
}

function fromText(name: string, value: Readonly<Record<string, unknown>>): Buffer {
  const [text, base64] = [value[name], value[`${name}Base64`]];
  if (typeof text === 'string') return Buffer.from(text, 'utf8');
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  throw new Error(`${name} is missing`);
}
