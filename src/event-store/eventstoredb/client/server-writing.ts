import {
  ANY,
  type AppendExpectedRevision,
  type AppendResult,
  type EventData,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { createJsonEventOfBytes } from './client-patches.ts';
import type { EncodedEvent } from './event-codec.ts';

/**
 * Milliseconds that the server is given. The client sends the deadline as a time of our clock, and a server whose clock is
 * past it refuses everything: so it is long, and the clocks may differ by a minute. Callers have far shorter limits.
 */
const serverDeadlineMs = 60_000;

/**
 * Sends one append. Every write goes through here: one without this deadline could stop a node whose clock is slow.
 * @throws the client's errors: see `readFailure`
 */
export function appendToServer(
  client: EventStoreDBClient,
  serverName: string,
  events: readonly EventData[],
  expectedRevision: AppendExpectedRevision = ANY,
): Promise<AppendResult> {
  return client.appendToStream(serverName, [...events], { expectedRevision, deadline: serverDeadlineMs });
}

/** An event for one call of the client; another call needs a new one. */
export function toClientEvent({ id, type, contentType, data, metadata }: EncodedEvent): EventData {
  const bytes = { id, type, data: withoutBuffer(data), metadata: withoutBuffer(metadata) };
  return contentType === 'application/json' ? createJsonEventOfBytes(bytes) : { ...bytes, contentType };
}

function withoutBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
