import { setTimeout as delay } from 'node:timers/promises';
import { BACKWARDS, NO_STREAM, type EventStoreDBClient, END, type ReadStreamOptions } from '@eventstore/db-client';
import {
  ledgerStreamName,
  LogUnusable,
  type NewEvent,
  type RecordedEvent,
  type LogIdentity,
  LogRestored,
} from '../event-store.ts';
import { afterRestore, newEpochBegun, newLogBegun, readLogIdentity } from '../ledger-events.ts';
import { openConnection } from './client.ts';
import { createStreamNames, type EventStoreDbSettings, type StreamNames, streamOfMetadata } from './settings.ts';
import { encodeEvent } from './event-codec.ts';
import { readEvents, appendToServer, toClientEvent, readEnd, toRecorded, readFailure } from './server-calls.ts';
import type { LogReplica } from '../replication.ts';

/** Attempts to read the ledger's stream after another node began it: a read soon after the conflict may return nothing. */
const attemptsMax = 20;

/** Milliseconds before the second attempt, twice that before the third, and so on: 9.5 s in all, for a server whose disk is slow. */
const attemptAfterMs = 50;

/** Identity of a log by server and prefix, with the revision of the newest event that states it. */
interface ServerIdentity extends LogIdentity {
  readonly revision: bigint;
}

/**
 * Reads the identity of the log; null if the log has not begun.
 * @throws LogUnusable - the ledger's stream is damaged, or an operator deleted it
 * @throws the client's errors - may be retried
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
    return { ...readLogIdentity(first, events), revision };
  }
  if (await hasMetadata(client, names)) throw deleted();
  return null;
}

/**
 * Reads the identity, or begins the log. If several nodes do so at once, all get the identity written first.
 * @throws as `readServerIdentity`
 */
export async function beginOrReadIdentity(client: EventStoreDBClient, names: StreamNames): Promise<ServerIdentity> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    await delay(attempt * attemptAfterMs);
    const identity = await readServerIdentity(client, names);
    if (identity !== null) return identity;
    await appendUnlessOutrun(client, names, newLogBegun(), NO_STREAM);
  }
  throw new LogUnusable(
    `The stream ${names.toServer(ledgerStreamName)} exists in EventStoreDB, but no event can be read from it. Check the stream’s access control list.`,
  );
}

/**
 * Begins a new epoch if the replica about to be discarded is of the server's log and epoch: positions may be assigned again
 * from now on, so earlier cursors must be refused. Writes nothing if another node has begun the epoch, or the log is
 * another one. Resolves with the identity of the log afterwards. The replica must not be written meanwhile, and must be
 * removed afterwards.
 * @throws LogUnusable - the settings are wrong, or the ledger's stream is damaged
 * @throws the client's errors - nothing was written; may be retried
 */
export async function beginNextEpoch(
  settings: EventStoreDbSettings,
  replica: LogIdentity | null,
): Promise<LogIdentity> {
  const names = createStreamNames(settings.prefix);
  const connection = openConnection(settings.url);
  try {
    const current = await beginOrReadIdentity(connection.client, names);
    await beginEpochAfter(connection.client, names, { current, replica });
    return await beginOrReadIdentity(connection.client, names);
  } finally {
    await connection.close();
  }
}

/**
 * Begins the epoch after that of a replica whose events the server's log lacks. Writes nothing if another node has begun it,
 * or the log is another one.
 * @throws the client's errors - may be retried
 */
export async function beginEpochAfter(
  client: EventStoreDBClient,
  names: StreamNames,
  { current, replica }: { readonly current: ServerIdentity; readonly replica: LogIdentity | null },
): Promise<void> {
  if (replica?.logId !== current.logId || replica.epoch < current.epoch) return;
  const next = afterRestore({ logId: current.logId, epoch: Math.max(current.epoch, replica.epoch) });
  await appendUnlessOutrun(client, names, newEpochBegun(next), current.revision);
}

/** Does nothing if another node has already appended to the ledger's stream. */
async function appendUnlessOutrun(
  client: EventStoreDBClient,
  names: StreamNames,
  event: NewEvent,
  expected: typeof NO_STREAM | bigint,
): Promise<void> {
  try {
    await appendToServer(client, names.toServer(ledgerStreamName), [toClientEvent(encodeEvent(event))], expected);
  } catch (error) {
    if (readFailure(error).kind !== 'wrongRevision') throw error;
  }
}

/** A stream with metadata but no events was deleted by an operator; beginning it again would make another log. */
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
    'The stream that identifies the log was deleted or truncated in EventStoreDB. Restore the server from a copy, or choose another EVENT_STORE_PREFIX to begin a new log.',
  );
}

/** Events of the replica to compare with the server, newest first, until one is found that the server has not deleted. */
const eventsComparedMax = 20;

const remedy =
  'If this is intended, stop this process and run `live-ledger rebuild --from-log`: it begins a new epoch and copies the log again.';

/**
 * Needed because the server accepts a subscription from beyond its end, and would never send the events before that.
 * @throws LogRestored - the log is shorter, or has other events at the same positions
 * @throws LogUnusable - another log
 * @throws the client's errors - may be retried
 */
export async function assertSameLog(
  client: EventStoreDBClient,
  names: StreamNames,
  replica: LogReplica,
  server: LogIdentity | null,
): Promise<void> {
  const identity = replica.identity();
  if (identity === null) return;
  if (server === null) throw unusable('EventStoreDB no longer has a log under this EVENT_STORE_PREFIX.');
  if (server.logId !== identity.logId) throw unusable('The log in EventStoreDB is not the one that was copied.');
  const checkpoint = replica.checkpoint();
  // For such a pair the server would report an internal fault, which does not look final.
  if (checkpoint !== null && checkpoint.commit < checkpoint.prepare) {
    throw unusable(
      'The copy of the log is damaged: the position up to which it was copied is none that a log can have.',
    );
  }
  if (server.epoch < identity.epoch || (checkpoint !== null && checkpoint.commit > (await readEnd(client)))) {
    throw restored('The log in EventStoreDB ends before its copy does, as after restoring an older copy of it.');
  }
  for (const event of replica.newest(eventsComparedMax)) {
    const inServer = await findInServer(client, names, event);
    // Deleted or truncated on the server, which proves nothing.
    if (inServer === 'removed') continue;
    if (inServer !== 'never' && inServer.eventId === event.eventId && inServer.position === event.position) return;
    throw otherEvents();
  }
}

/** `never`: the stream was never that long. `removed`: it may have been. */
async function findInServer(
  client: EventStoreDBClient,
  names: StreamNames,
  { streamName, revision }: RecordedEvent,
): Promise<RecordedEvent | 'removed' | 'never'> {
  const read = (name: string, options: ReadStreamOptions) => readOne(client, names, name, options);
  const serverName = names.ofRecorded(streamName);
  const event = await read(serverName, { fromRevision: revision });
  if (event !== 'deleted' && event?.revision === revision) return event;
  const last = await read(serverName, newest);
  if (last === 'deleted') return 'removed';
  if (last !== null) return last.revision < revision ? 'never' : 'removed';
  // A deleted stream, or one truncated as a whole, has metadata.
  if (streamOfMetadata(streamName) !== null) return 'removed';
  return (await read(names.metadataOf(streamName), newest)) === null ? 'never' : 'removed';
}

const newest: ReadStreamOptions = { direction: BACKWARDS, fromRevision: END };

/** Null if there is none. In a cluster it asks the leader: other nodes may lag. */
async function readOne(
  client: EventStoreDBClient,
  names: StreamNames,
  serverName: string,
  options: ReadStreamOptions,
): Promise<RecordedEvent | 'deleted' | null> {
  let event: RecordedEvent | null = null;
  try {
    const reading = client.readStream(serverName, { ...options, maxCount: 1, requiresLeader: true });
    for await (const resolved of reading) event = toRecorded(resolved, names);
  } catch (error) {
    const { kind } = readFailure(error);
    if (kind === 'streamDeleted') return 'deleted';
    if (kind !== 'streamMissing') throw error;
  }
  return event;
}

/** The server's log is not the copied one, although it has the same identity. */
export function otherEvents(): LogRestored {
  return restored('The log in EventStoreDB has other events at the positions of those that were copied.');
}

function restored(problem: string): LogRestored {
  return new LogRestored(`${problem} ${remedy}`);
}

function unusable(problem: string): LogUnusable {
  return new LogUnusable(`${problem} ${remedy}`);
}
