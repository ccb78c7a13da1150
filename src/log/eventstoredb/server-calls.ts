import {
  ANY,
  BACKWARDS,
  END,
  NO_STREAM,
  type AppendExpectedRevision,
  type AppendResult,
  type EventData,
  type EventStoreDBClient,
  type JSONEventData,
  type ReadStreamOptions,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { StoreUnavailable, type RecordedEvent } from '../event-store.ts';
import { createJsonEventOfBytes } from './client.ts';
import { decodeEvent, type EncodedEvent } from './event-codec.ts';
import type { StreamNames } from './settings.ts';

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

/** What a client error means for its call. Reasons are our own words: the client's may contain addresses. */
export type Failure =
  | { readonly kind: 'wrongRevision'; readonly actual: bigint | null }
  | { readonly kind: 'streamMissing' }
  /** A tombstone: the stream can never be appended to again. */
  | { readonly kind: 'streamDeleted' }
  /** The request itself is wrong; retrying does not help. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The settings are wrong, and an operator must correct them. Nothing was written. */
  | { readonly kind: 'misconfigured'; readonly reason: string }
  /** The server is unavailable or not ready; may be retried. */
  | { readonly kind: 'transient'; readonly reason: string; readonly mayBeStored: boolean };

const grpc = { invalidArgument: 3, deadlineExceeded: 4, permissionDenied: 7, unavailable: 14, unauthenticated: 16 };

/** Connection errors that waiting does not fix. They have no code: these are words from messages of gRPC and OpenSSL. */
const settingsErrors: readonly (readonly [RegExp, string])[] = [
  [
    /certificate|self[- ]signed|altname|CERT_/i,
    'The certificate of the server could not be verified with tlsCAFile of EVENT_STORE_URL.',
  ],
  [
    /wrong version number|EPROTO|before secure TLS/i,
    'The server does not use TLS: add tls=false to EVENT_STORE_URL, or name another server.',
  ],
  [/name resolution|ENOTFOUND|EAI_/i, 'The host name in EVENT_STORE_URL could not be resolved.'],
];

/**
 * Classifies an error by its type and gRPC code: errors of an unreachable server have no type, and those of a batch append
 * often no message. Otherwise words in the message decide: docs/patches.md#errors-distinguished-by-their-words.
 */
export function readFailure(error: unknown): Failure {
  const { type, code, message, actualVersion } = partsOf(error);
  switch (type) {
    case 'wrong-expected-version':
      return { kind: 'wrongRevision', actual: typeof actualVersion === 'bigint' ? actualVersion : null };
    case 'stream-not-found':
    case 'no-stream':
      return { kind: 'streamMissing' };
    case 'stream-deleted':
      return { kind: 'streamDeleted' };
    case 'maximum-append-size-exceeded':
      return { kind: 'refused', reason: 'The event is larger than EventStoreDB accepts.' };
    case 'access-denied':
      return accessDenied;
    case 'invalid-argument':
      return badRequest;
    default:
  }
  if (code === grpc.permissionDenied || code === grpc.unauthenticated) return accessDenied;
  // Errors of a batch append have no code, only this word.
  if (code === grpc.invalidArgument || (type === 'unknown' && /\bBadRequest$/.test(message))) return badRequest;
  const setting = settingsErrors.find(([words]) => words.test(message));
  if (setting !== undefined) return { kind: 'misconfigured', reason: setting[1] };
  if (code === grpc.unavailable) {
    // Errors without a type come from the client's request before its first append, so no event was sent.
    return { kind: 'transient', reason: 'The server is unreachable.', mayBeStored: type !== undefined };
  }
  if (type === 'deadline-exceeded' || code === grpc.deadlineExceeded) {
    return {
      kind: 'transient',
      reason:
        'The server did not meet the deadline: it is overloaded or stopping, or its clock is more than a minute ahead of ours.',
      mayBeStored: true,
    };
  }
  return { kind: 'transient', reason: 'The server is not ready, or ended the call.', mayBeStored: true };
}

const accessDenied: Failure = {
  kind: 'misconfigured',
  reason: 'The server does not know the user of EVENT_STORE_URL, or does not allow that user to do this.',
};
const badRequest: Failure = { kind: 'refused', reason: 'The server does not accept the event.' };

interface ErrorParts {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly message: string;
  readonly actualVersion?: unknown;
}

function partsOf(error: unknown): ErrorParts {
  if (!(error instanceof Error)) return { message: '' };
  const { type, code, actualVersion } = error as Error & Partial<ErrorParts>;
  return { type, code, actualVersion, message: error.message };
}
