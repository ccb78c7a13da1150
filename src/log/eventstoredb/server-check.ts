import { BACKWARDS, END, type EventStoreDBClient, type ReadStreamOptions } from '@eventstore/db-client';
import { performance } from 'node:perf_hooks';
import { within } from '../../kernel/clock.ts';
import { LogCheckCount, notWhatWasRecorded, type CheckProgress, type LogCheck } from '../event-digest.ts';
import { ledgerStreamName, LogRestored, LogUnusable, type LogIdentity, type RecordedEvent } from '../event-store.ts';
import { openConnection } from './client.ts';
import { readFailure } from './failure.ts';
import { readServerIdentity } from './ledger-identity.ts';
import { appendToServer, readEnd, toRecorded } from './server-calls.ts';
import { createStreamNames, streamOfMetadata, type EventStoreDbSettings, type StreamNames } from './settings.ts';
import { copyFromSubscription } from './subscription.ts';
import type { LogReplica } from '../replication.ts';

/**
 * Checks each event with a digest of a log in EventStoreDB. Only reads, and stores nothing locally.
 * @throws LogUnusable - there is no log under the prefix, or the server does not answer
 */
export async function checkServerLog(
  settings: EventStoreDbSettings,
  onProgress: (progress: CheckProgress) => void,
): Promise<LogCheck> {
  const names = createStreamNames(settings.prefix);
  const connection = openConnection(settings.url);
  const { client } = connection;
  const count = new LogCheckCount();
  const abort = new AbortController();
  let checkpoint: { commit: bigint; prepare: bigint } | null = null;
  try {
    const identity = await readServerIdentity(client, names);
    if (identity === null) throw new LogUnusable('EventStoreDB has no log under this EVENT_STORE_PREFIX.');
    const endPosition = await readEnd(client);
    await copyFromSubscription({
      client,
      names,
      logId: identity.logId,
      signal: abort.signal,
      replica: {
        checkpoint: () => checkpoint,
        apply(changes, after) {
          for (const change of changes) {
            if (change.kind !== 'event' && change.kind !== 'epochBegun') continue;
            count.event({ hasDigest: change.event.isUnchecked !== true });
            if (change.event.isDamaged) count.damage(change.event.position, notWhatWasRecorded);
          }
          checkpoint = after;
          onProgress({ events: count.found().events, position: after.commit, endPosition });
        },
      },
      onCopied: () => undefined,
      onCaughtUp: () => abort.abort(),
    });
    if (!abort.signal.aborted) throw new LogUnusable('EventStoreDB ended the subscription before its end. Try again.');
    return count.found();
  } catch (error) {
    if (error instanceof LogUnusable) throw error;
    // The client's own message may contain addresses.
    throw new LogUnusable(
      'EventStoreDB does not answer, or does not let this user read. Check the server and EVENT_STORE_URL.',
      {
        cause: error,
      },
    );
  } finally {
    await connection.close();
  }
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

/** Milliseconds that the server has for each call. */
const callMsMax = 10_000;

/** One operation that a node needs from the server, tried once. */
export interface ServerTrial {
  /** What was tried: `reads the log`. */
  readonly what: string;
  readonly ms: number;
  /** Why it failed; null if it succeeded. */
  readonly failure: TrialFailure | null;
}

/** `notBegun`: the service never started with this log. `away`: waiting may help. `refused`: settings or rights must change. */
export interface TrialFailure {
  readonly kind: 'notBegun' | 'away' | 'refused';
  /** In words without addresses. */
  readonly reason: string;
}

/**
 * Tries what receiving and querying need: reading our streams, appending to them, and reading `$all`. Writes nothing: an
 * append of no event takes the path of every append.
 * @throws LogUnusable - the settings are wrong
 */
export async function tryServer({ url, prefix }: EventStoreDbSettings): Promise<ServerTrial[]> {
  const names = createStreamNames(prefix);
  const connection = openConnection(url);
  const { client } = connection;
  const none = () => null;
  try {
    const readsLog = async () => {
      return (await readServerIdentity(client, names)) === null ? notBegun : null;
    };
    return [
      await tryOne('reads the log', readsLog),
      await tryOne('appends to the log', () => appendToServer(client, names.toServer(ledgerStreamName), []).then(none)),
      await tryOne('reads $all', () => readEnd(client).then(none)),
    ];
  } finally {
    await connection.close();
  }
}

const notBegun: TrialFailure = { kind: 'notBegun', reason: 'There is no log under EVENT_STORE_PREFIX.' };
const late: TrialFailure = { kind: 'away', reason: 'The server does not answer in time.' };

async function tryOne(what: string, call: () => Promise<TrialFailure | null>): Promise<ServerTrial> {
  const begunMs = performance.now();
  const failure = await within(call().catch(failureOf), { ms: callMsMax, late });
  return { what, ms: performance.now() - begunMs, failure };
}

function failureOf(error: unknown): TrialFailure {
  if (error instanceof LogUnusable) return { kind: 'refused', reason: error.message };
  const failure = readFailure(error);
  const reason = 'reason' in failure ? failure.reason : 'The stream of the ledger was deleted.';
  return { kind: failure.kind === 'transient' ? 'away' : 'refused', reason };
}
