import type { EventData } from '@eventstore/db-client';
import type { EncodedEvent } from './event-codec.ts';

/** An event for one call of the client. For another call it is made anew. */
export function toClientEvent({ id, type, contentType, data, metadata }: EncodedEvent): EventData {
  const bytes = { id, type, data: plainBytes(data), metadata: plainBytes(metadata) };
  if (contentType === 'application/octet-stream') return { ...bytes, contentType };
  return new JsonBytes(bytes) as unknown as EventData;
}

/**
 * JSON that is sent as the bytes that it is. The client takes JSON as a value only: it writes it anew, makes base64 of it, and
 * twice bytes of that, all in JavaScript. Bytes it sends as they are. It reads the content type once to tell it to the
 * server, and then to see what kind of data it was given.
 */
class JsonBytes {
  readonly id: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  private isTold = false;

  constructor({ id, type, data, metadata }: Omit<EncodedEvent, 'contentType'>) {
    [this.id, this.type, this.data, this.metadata] = [id, type, data, metadata];
  }

  get contentType(): EncodedEvent['contentType'] {
    if (this.isTold) return 'application/octet-stream';
    this.isTold = true;
    return 'application/json';
  }
}

/** Of a Buffer in metadata the client would send the JSON form. */
function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
