import {
  BACKWARDS,
  NO_STREAM,
  type EventStoreDBClient,
  type JSONEventData,
  type ReadStreamOptions,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '../event-store.ts';
import { readFailure } from './failure.ts';
import { appendToServer } from './server-calls.ts';
import type { StreamNames } from './stream-names.ts';

/** The server's own key in stream metadata: events before this revision are removed. */
export const truncateBeforeKey = '$tb';

/** The server's own type of events in metadata streams. */
export const metadataType = '$metadata';

/** Metadata of the events by which this product, not an operator, truncates a stream. On disk: it never changes. */
const ours = { truncatedBy: 'live-ledger' };

/** Attempts while other programs change the metadata of the same stream. */
const attemptsMax = 10;

/** Whether `truncateInServer` wrote the event of a metadata stream that has this metadata. */
export function isTruncationOfOurs(metadata: Uint8Array): boolean {
  return Buffer.from(metadata).equals(Buffer.from(JSON.stringify(ours)));
}

/**
 * Truncates a stream by `$tb`, as an operator would. Resolves with that event's position; null if nothing was to do.
 * @throws StoreUnavailable, the client's errors - may be retried
 */
export async function truncateInServer(
  client: EventStoreDBClient,
  names: StreamNames,
  streamName: string,
  beforeRevision: bigint,
): Promise<bigint | null> {
  const last = await readLast(client, names.toServer(streamName));
  if (last === null) return null;
  // A revision beyond the end would hide later events.
  const before = beforeRevision > last.revision + 1n ? last.revision + 1n : beforeRevision;
  const metadataStream = names.metadataOf(streamName);
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const current = await readLast(client, metadataStream);
    const known = isRecord(current?.data) ? current.data : {};
    const truncatedBefore = known[truncateBeforeKey];
    if (before <= 0n || (typeof truncatedBefore === 'number' && truncatedBefore >= Number(before))) return null;
    const event: JSONEventData = {
      id: randomUUID(),
      contentType: 'application/json',
      type: metadataType,
      data: { ...known, [truncateBeforeKey]: Number(before) },
      metadata: ours,
    };
    try {
      const expectedRevision = current?.revision ?? NO_STREAM;
      const { position } = await appendToServer(client, metadataStream, [event], expectedRevision);
      return position?.commit ?? null;
    } catch (error) {
      if (readFailure(error).kind !== 'wrongRevision') throw error;
    }
  }
  throw new StoreUnavailable('Other programs kept changing the metadata of the stream; it was not truncated.');
}

const newest: ReadStreamOptions = { direction: BACKWARDS, fromRevision: 'end', maxCount: 1 };

/** The newest event of a stream on the server; null if there is none, or none is left. */
async function readLast(
  client: EventStoreDBClient,
  serverName: string,
): Promise<{ readonly revision: bigint; readonly data: unknown } | null> {
  let last = null;
  try {
    for await (const { event } of client.readStream(serverName, newest)) last = event ?? null;
  } catch (error) {
    const { kind } = readFailure(error);
    if (kind !== 'streamMissing' && kind !== 'streamDeleted') throw error;
  }
  return last;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
