import { ANY, type AppendExpectedRevision, type AppendResult, type EventData } from '@eventstore/db-client';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { jsonAsBytes } from './client-patches.ts';
import type { EncodedEvent } from './event-codec.ts';

/**
 * Milliseconds that the server is given. The client sends it as a moment of our clock, and a server whose clock is past that
 * refuses everything at once: so it is long, and clocks may be a minute apart. Whoever waits has a far shorter limit.
 */
const serverDeadlineMs = 60_000;

/**
 * Sends one append. Everything that this product writes to the server goes this way: one that goes without the deadline is
 * enough to stop a node whose clock is behind.
 * @throws the client's errors
 */
export function appendToServer(
  client: EventStoreDBClient,
  serverName: string,
  events: readonly EventData[],
  expectedRevision: AppendExpectedRevision = ANY,
): Promise<AppendResult> {
  return client.appendToStream(serverName, [...events], { expectedRevision, deadline: serverDeadlineMs });
}

/** An event for one call of the client. For another call it is made anew. */
export function toClientEvent({ id, type, contentType, data, metadata }: EncodedEvent): EventData {
  const bytes = { id, type, data: plainBytes(data), metadata: plainBytes(metadata) };
  if (contentType === 'application/octet-stream') return { ...bytes, contentType };
  return jsonAsBytes(bytes);
}

/** Of a Buffer in metadata the client would send the JSON form. */
function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
