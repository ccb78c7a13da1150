import {
  BACKWARDS,
  END,
  type EventStoreDBClient,
  type ResolvedEvent,
  ANY,
  type AppendExpectedRevision,
  type AppendResult,
  type EventData,
} from '@eventstore/db-client';
import type { RecordedEvent } from '../event-store.ts';
import { decodeEvent, type EncodedEvent } from './event-codec.ts';
import { readFailure } from './failure.ts';
import type { StreamNames } from './stream-names.ts';
import { createJsonEventOfBytes } from './client-patches.ts';

/** Events per call to the server. */
const pageEvents = 256;

/**
 * Reads a stream from the server, forwards from a revision (inclusive). A stream that does not exist has no events.
 * @throws the client's errors, among them that of a stream that was deleted for good
 */
export async function* readEvents(
  client: EventStoreDBClient,
  names: StreamNames,
  streamName: string,
  fromRevision = 0n,
): AsyncIterable<RecordedEvent> {
  let next = fromRevision;
  for (;;) {
    const page = await readPage(client, names, streamName, next);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageEvents) return;
    next = last.revision + 1n;
  }
}

/** Reads the whole page, so that the call ends before the caller sees the first event, however slow the caller is. */
async function readPage(
  client: EventStoreDBClient,
  names: StreamNames,
  streamName: string,
  fromRevision: bigint,
): Promise<RecordedEvent[]> {
  const page: RecordedEvent[] = [];
  try {
    const reading = client.readStream(names.toServer(streamName), { fromRevision, maxCount: pageEvents });
    for await (const resolved of reading) {
      const event = toRecorded(resolved, names);
      if (event !== null) page.push(event);
    }
  } catch (error) {
    if (readFailure(error).kind !== 'streamMissing') throw error;
  }
  return page;
}

/**
 * Position of the newest event of the whole server, by any program. In a cluster it asks the leader: other nodes may lag.
 * @throws the client's errors
 */
export async function readEnd(client: EventStoreDBClient): Promise<bigint> {
  let end = 0n;
  const newest = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1, requiresLeader: true });
  for await (const { event, commitPosition } of newest) end = event?.position.commit ?? commitPosition ?? end;
  return end;
}

/** Null for a resolved event without an event or position, which no server sends unless links are resolved. */
export function toRecorded(
  resolved: Pick<ResolvedEvent, 'event' | 'commitPosition'>,
  names: StreamNames,
): RecordedEvent | null {
  const { event, commitPosition } = resolved;
  const position = event?.position?.commit ?? commitPosition;
  return event === undefined || position === undefined ? null : decodeEvent(event, position, names);
}

/**
 * Milliseconds that the server has. The client sends the deadline as a time of our clock, and a server whose clock is past
 * it refuses everything. So the deadline is long, and the clocks may differ by a minute. Callers have far shorter limits.
 */
const serverDeadlineMs = 60_000;

/**
 * Sends one append. Every write goes through here: without this deadline, a slow clock could stop a node.
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

/** An event for one call of the client; each call needs a new one. */
export function toClientEvent({ id, type, contentType, data, metadata }: EncodedEvent): EventData {
  const bytes = { id, type, data: withoutBuffer(data), metadata: withoutBuffer(metadata) };
  return contentType === 'application/json' ? createJsonEventOfBytes(bytes) : { ...bytes, contentType };
}

function withoutBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
