import { BACKWARDS, NO_STREAM, type EventStoreDBClient } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { LogUnusable } from '../../errors.ts';
import { epochBegunType, ledgerStreamName, type RecordedEvent } from '../../event-store.ts';
import { newLogBegun, readLogIdentity, type LogIdentity } from '../../log-identity.ts';
import { openConnection } from './connection.ts';
import { encodeEvent } from './event-codec.ts';
import { readFailure } from './failure.ts';
import { appendToServer, toClientEvent } from './server-writing.ts';
import { readEvents } from './server-reading.ts';
import type { EventStoreDbSettings } from './connection-string.ts';
import { createStreamNames, type StreamNames } from './stream-names.ts';

/** Attempts to read the ledger's stream after somebody else began it: a read right after a conflict may find nothing yet. */
const attemptsMax = 20;

/** What names the log of a server and prefix, with the revision of the newest event that does. */
export interface ServerIdentity extends LogIdentity {
  readonly revision: bigint;
}

/**
 * Reads what names the log; null where nothing does.
 * @throws LogUnusable - the ledger's stream is damaged, or an operator deleted it
 */
export async function readServerIdentity(
  client: EventStoreDBClient,
  names: StreamNames,
): Promise<ServerIdentity | null> {
  const events: RecordedEvent[] = [];
  try {
    for await (const event of readEvents(client, names, ledgerStreamName)) events.push(event);
  } catch (error) {
    if (readFailure(error).kind === 'streamDeleted') throw deleted();
    throw error;
  }
  const [first] = events;
  if (first !== undefined) {
    if (first.revision !== 0n) throw deleted();
    const revision = events.at(-1)?.revision ?? 0n;
    return { ...readLogIdentity(first, events.reverse()), revision };
  }
  if (await hasMetadata(client, names)) throw deleted();
  return null;
}

/**
 * The same, after beginning the log where nothing names it yet. Whoever is first begins it; all others find that.
 * @throws LogUnusable - as above
 */
export async function beginOrReadIdentity(client: EventStoreDBClient, names: StreamNames): Promise<ServerIdentity> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const identity = await readServerIdentity(client, names);
    if (identity !== null) return identity;
    const begun = toClientEvent(encodeEvent(newLogBegun()));
    try {
      await appendToServer(client, names.toServer(ledgerStreamName), [begun], NO_STREAM);
    } catch (error) {
      if (readFailure(error).kind !== 'wrongRevision') throw error;
    }
  }
  throw new LogUnusable('The stream that names the log was begun, but can not be read.');
}

/**
 * Begins a new epoch where the copy that is given up is of this very log and epoch: positions may be given a second time
 * from now on, and cursors of before are refused. Another node that did so already, or another log, needs none. Tells what
 * the log is named now. To be called while nobody follows into that copy, which is then to be removed.
 * @throws LogUnusable - the settings are wrong, or the stream that names the log is damaged
 * @throws the client's errors - nothing was done; may be retried
 */
export async function beginNextEpoch(settings: EventStoreDbSettings, copied: LogIdentity | null): Promise<LogIdentity> {
  const names = createStreamNames(settings.prefix);
  const connection = openConnection(settings.url);
  try {
    const found = await beginOrReadIdentity(connection.client, names);
    if (copied?.logId !== found.logId || copied.epoch < found.epoch) return found;
    try {
      await beginEpoch(connection.client, names, { ...found, epoch: Math.max(found.epoch, copied.epoch) });
    } catch (error) {
      // Another node was first.
      if (readFailure(error).kind !== 'wrongRevision') throw error;
    }
    return await beginOrReadIdentity(connection.client, names);
  } finally {
    await connection.close();
  }
}

/**
 * Begins the next epoch, for a log that was restored from an older copy. One of several that do so at once begins it; the
 * others find that, where they call this again.
 */
async function beginEpoch(
  client: EventStoreDBClient,
  names: StreamNames,
  { logId, epoch, revision }: ServerIdentity,
): Promise<void> {
  const data = Buffer.from(JSON.stringify({ logId, epoch: epoch + 1 }));
  const event = { eventId: randomUUID(), type: epochBegunType, data, metadata: Buffer.from('{}') };
  await appendToServer(client, names.toServer(ledgerStreamName), [toClientEvent(encodeEvent(event))], revision);
}

/** A stream with metadata and no events is one that an operator deleted; beginning it again would be another log. */
async function hasMetadata(client: EventStoreDBClient, names: StreamNames): Promise<boolean> {
  const metadata = client.readStream(names.metadataOf(ledgerStreamName), { direction: BACKWARDS, maxCount: 1 });
  try {
    for await (const { event } of metadata) if (event !== undefined) return true;
    return false;
  } catch (error) {
    if (readFailure(error).kind === 'streamMissing') return false;
    throw error;
  }
}

function deleted(): LogUnusable {
  return new LogUnusable(
    'The stream that names the log was deleted or truncated in EventStoreDB. Restore the server from a copy, or choose another EVENT_STORE_PREFIX to begin a new log.',
  );
}
