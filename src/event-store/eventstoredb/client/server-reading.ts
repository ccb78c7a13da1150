import { BACKWARDS, END, type EventStoreDBClient, type ResolvedEvent } from '@eventstore/db-client';
import type { RecordedEvent } from '../../event-store.ts';
import { decodeEvent } from './event-codec.ts';
import { readFailure } from './failure.ts';
import type { StreamNames } from './stream-names.ts';

/** Events in one call to the server. */
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

/** Reads the whole page, so that the call has ended before the caller sees the first event, however slow the caller is. */
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
 * Position of the newest event of the whole server, of any program. In a cluster the leader is asked: the other nodes may lag.
 * @throws the client's errors
 */
export async function readEnd(client: EventStoreDBClient): Promise<bigint> {
  let end = 0n;
  const newest = client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1, requiresLeader: true });
  for await (const { event, commitPosition } of newest) end = event?.position.commit ?? commitPosition ?? end;
  return end;
}

/** Null for a resolved event without event or position, which no server sends unless links are resolved. */
export function toRecorded(
  resolved: Pick<ResolvedEvent, 'event' | 'commitPosition'>,
  names: StreamNames,
): RecordedEvent | null {
  const { event, commitPosition } = resolved;
  const position = event?.position?.commit ?? commitPosition;
  return event === undefined || position === undefined ? null : decodeEvent(event, position, names);
}
