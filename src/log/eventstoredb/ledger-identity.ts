import { setTimeout as delay } from 'node:timers/promises';
import { BACKWARDS, NO_STREAM, type EventStoreDBClient } from '@eventstore/db-client';
import { ledgerStreamName, LogUnusable, type NewEvent, type RecordedEvent, type LogIdentity } from '../event-store.ts';
import { afterRestore, newEpochBegun, newLogBegun, readLogIdentity } from '../ledger-events.ts';
import { openConnection } from './client.ts';
import { createStreamNames, type EventStoreDbSettings, type StreamNames } from './settings.ts';
import { encodeEvent } from './event-codec.ts';
import { readFailure } from './failure.ts';
import { readEvents, appendToServer, toClientEvent } from './server-calls.ts';

/** Attempts to read the ledger's stream after another node began it: a read soon after the conflict may return nothing. */
const attemptsMax = 20;

/** Milliseconds before the second attempt, twice that before the third, and so on: 9.5 s in all, for a server whose disk is slow. */
const attemptAfterMs = 50;

/** Identity of a log by server and prefix, with the revision of the newest event that states it. */
export interface ServerIdentity extends LogIdentity {
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
