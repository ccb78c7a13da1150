import {
  BACKWARDS,
  NO_STREAM,
  type EventStoreDBClient,
  type JSONEventData,
  type ReadStreamOptions,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { StoreUnavailable } from '../../errors.ts';
import { readFailure } from '../client/failure.ts';
import { appendToServer } from '../client/server-writing.ts';
import type { StreamNames } from '../client/stream-names.ts';

/** Key of a stream's metadata: events before this revision are gone. The server's own. */
export const truncateBeforeKey = '$tb';

/** Type of the events in a stream of metadata. The server's own. */
export const metadataType = '$metadata';

/** Metadata of the events by which this product truncates a stream: what an operator does has none of it. These words are for ever. */
const ours = { truncatedBy: 'live-ledger' };

/** Attempts while others change the metadata of the same stream. */
const attemptsMax = 10;

export function isTruncationOfOurs(metadata: Uint8Array): boolean {
  return Buffer.from(metadata).equals(Buffer.from(JSON.stringify(ours)));
}

/**
 * Truncates a stream in the server, as an operator would: by `$tb` of its metadata. Tells the position of that event; null
 * where there was nothing to do.
 */
export async function truncateInServer(
  client: EventStoreDBClient,
  names: StreamNames,
  streamName: string,
  beforeRevision: bigint,
): Promise<bigint | null> {
  const last = await readLast(client, names.toServer(streamName));
  if (last === null) return null;
  // Beyond the end it would hide events that are appended later.
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
  throw new StoreUnavailable('Others change the metadata of the stream all the time.');
}

const newest: ReadStreamOptions = { direction: BACKWARDS, fromRevision: 'end', maxCount: 1 };

/** The newest event of a stream of the server; null where it has none, or none is left. */
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
