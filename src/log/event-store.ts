import { OperatorError } from '../kernel/errors.ts';

/** Distinguishes one log from another, and a restored log from its former self. */
export interface LogIdentity {
  /** A UUID in our own event, appended first. */
  readonly logId: string;
  /** 1 for a log that was never restored. A restored log assigns positions again, so the next epoch begins. */
  readonly epoch: number;
}

/**
 * The port to the log. Every adapter passes the numbered test suite in `test/log/contract.ts`. A position is a 64-bit
 * number that grows with every event of the log and may leave gaps; a revision is 0-based within one stream.
 */
export interface EventReader extends LogIdentity {
  /**
   * Reads one stream, forwards from a revision (inclusive). A stream that does not exist has no events. `eventsAtOnce` does
   * not change the result: an adapter may use it to read only that many events if the caller stops there.
   */
  readStream(streamName: string, fromRevision?: bigint, eventsAtOnce?: number): AsyncIterable<RecordedEvent>;

  /**
   * The streams whose names begin with `prefix` and that have events up to a position (inclusive), by name, each with what
   * these events amount to. Reads slice by slice, so a caller need not hurry. What is appended or truncated meanwhile may
   * count or not, but nothing after the position does.
   */
  streamSizes(prefix: string, upTo: bigint): AsyncIterable<StreamSize>;

  /** Revision of the newest event in a stream; null if it has none. */
  lastRevision(streamName: string): Promise<bigint | null>;

  /** The event at exactly this position; null if there is none. */
  readAt(position: bigint): Promise<RecordedEvent | null>;

  /** Id of the event at exactly this position; null if there is none. At once: it is one row of a file. */
  eventIdAt(position: bigint): string | null;

  /** Whether this position had an event that was removed on purpose, as far as the log records that. */
  hasRemoved(position: bigint): boolean;

  /**
   * All events after a position (exclusive; null: from the beginning) in log order, without end: batches of existing events,
   * then `caughtUp`, then batches of new ones. A caller that does not pull costs nothing and misses nothing. Aborting the
   * signal ends the iteration without an error. To read the log once, leave the loop at the first batch with `caughtUp`.
   */
  followAll(options: FollowOptions): AsyncIterable<EventBatch>;

  /** How far a reader at this position (null: at the beginning) is behind the end of the log. */
  lagAfter(position: bigint | null): Promise<LogLag>;

  /** Position of the newest event ever appended, even if it has been truncated since. */
  endPosition(): Promise<bigint>;
}

/** The log for the one process that appends to it. */
export interface EventStore extends EventReader {
  /**
   * Appends all events (at least one) or none to one stream, in order, and resolves once they are durable (fsync). An append
   * with an explicit expected revision may be repeated with the same event ids: it succeeds without a second write. `any`
   * makes no such promise: a repetition may be in the log twice with one event id, and readers count it once.
   * @throws RangeError - no events were given
   * @throws WrongExpectedRevision - nothing was written; the caller decides
   * @throws StoreUnavailable - nothing was written, unless `mayBeStored` says that it may have been; may be retried
   * @throws StoreOverloaded - `appendsWaitingMax` or `bytesWaitingMax` are waiting; nothing was written; may be retried
   */
  append(streamName: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendedEvents>;

  /**
   * Removes the events of one stream before a revision, for streams of bounded age. Revisions continue, even if no event is
   * left; other events keep their positions. Idempotent. A repeated append may not be recognized once its events are
   * truncated. Not atomic: the oldest events go first, and calling this again resumes an interrupted truncation.
   * @throws RangeError - the stream is the ledger's own
   * @throws StoreUnavailable - may be retried
   */
  truncateStream(streamName: string, beforeRevision: bigint): Promise<void>;

  /** Completes waiting appends, then closes: later appends and reads fail, and `followAll` ends. */
  close(): Promise<void>;
}

/** An event to append; the store adds revision, position and time. */
export interface NewEvent {
  /** A UUID, fixed before the first attempt to append. */
  readonly eventId: string;
  readonly type: string;
  readonly data: Uint8Array;
  /** UTF-8 JSON. */
  readonly metadata: Uint8Array;
  /** Its digest in the log it comes from shows that it has changed. It stays damaged wherever it is stored. */
  readonly isDamaged?: true;
}

/** An appended event, with the stream, revision, position and time that the store gave it. */
export interface RecordedEvent extends NewEvent {
  readonly streamName: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** The store's clock. */
  readonly recordedAtMs: number;
  /** Written without a digest by an earlier version or another program, so it can't be checked. */
  readonly isUnchecked?: true;
  /** Set if personal data in it are sealed in the log: the data without them, the bytes of data and metadata there, and the key. */
  readonly storedAs?: {
    readonly data: Uint8Array;
    readonly bytes: number;
    readonly key: { readonly masterId: string; readonly subject: string };
  };
}

/** How much a stream has. */
export interface StreamSize {
  readonly streamName: string;
  readonly events: number;
  /** Of data and metadata. */
  readonly bytes: number;
}

/** `none`: the stream does not exist; a number: the revision of its newest event. */
export type ExpectedRevision = 'any' | 'none' | bigint;

/** Arguments of `EventStore.append`. */
export interface Append {
  readonly streamName: string;
  readonly events: readonly NewEvent[];
  readonly expected: ExpectedRevision;
}

/** Where the last event of an append was written. */
export interface AppendedEvents {
  readonly revision: bigint;
  /** `noPosition` if the append repeats events that were truncated: they are known, but no longer stored. */
  readonly position: bigint;
}

/** Bytes of data and metadata, by which everything that may wait is bounded. */
export function bytesOf(events: readonly Pick<NewEvent, 'data' | 'metadata'>[]): number {
  return events.reduce((sum, { data, metadata }) => sum + data.byteLength + metadata.byteLength, 0);
}

/** Events that became durable together. */
export interface LogCommit {
  readonly events: number;
  readonly durationMs: number;
}

/** Before every position. */
export const noPosition = -1n;

/** @see EventReader.followAll */
export interface FollowOptions {
  readonly after: bigint | null;
  readonly batchEventsMax: number;
  readonly signal: AbortSignal;
}

/** Some events in the order of the log. */
export interface EventBatch {
  readonly events: readonly RecordedEvent[];
  /**
   * No event came after these when the batch was read. The first such batch may be empty. A batch for which this is false may
   * have fewer events than asked for, if they are large.
   */
  readonly caughtUp: boolean;
}

/** The events between a reader and the end of the log. */
export interface LogLag {
  /** An upper bound, exact without gaps in positions. For a replica: exact up to 10,000, an estimate beyond. */
  readonly events: number;
  /** The store's clock at the oldest of these events; null if none. */
  readonly oldestRecordedAtMs: number | null;
}

/** The stream of the log's first event, `{"logId":"<uuid>","epoch":1}`, and one such event per later epoch. */
export const ledgerStreamName = 'ledger';
/** Type of the first event of the log. */
export const logBegunType = 'LogBegun';
/** Type of the event that begins a later epoch. */
export const epochBegunType = 'EpochBegun';

/** The stream is not at the revision that the append expected. Nothing was written; the caller decides what to do. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(
    readonly streamName: string,
    readonly expected: 'none' | bigint,
    /** Null if the stream does not exist. */
    readonly actual: bigint | null,
  ) {
    super(
      `Stream is at ${actual === null ? 'no revision' : `revision ${String(actual)}`}, not at ${String(expected)}.`,
    );
  }
}

/** The log could not make the events durable, or not confirm it in time. May be retried. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** False: nothing was written. True: the events may have been written, or may yet be. */
  readonly mayBeStored: boolean;

  constructor(message: string, { mayBeStored = false, ...options }: ErrorOptions & { mayBeStored?: boolean } = {}) {
    super(message, options);
    this.mayBeStored = mayBeStored;
  }
}

/** More appends or bytes are waiting than the bound allows. Nothing was written. May be retried. */
export class StoreOverloaded extends Error {
  override readonly name = 'StoreOverloaded';
}

/** The outcome of an append for another thread or process: structured cloning does not preserve the class of an error. */
export type SentOutcome =
  | AppendedEvents
  | { readonly failed: 'REVISION'; readonly expected: 'none' | bigint; readonly actual: bigint | null }
  | { readonly failed: 'OVERLOADED'; readonly message: string }
  | { readonly failed: 'UNAVAILABLE'; readonly message: string; readonly mayBeStored: boolean };

/** Prepares an outcome for sending. Any error that is none of the port's becomes StoreUnavailable. */
export function sendable(outcome: AppendedEvents | Error): SentOutcome {
  if (outcome instanceof WrongExpectedRevision) {
    return { failed: 'REVISION', expected: outcome.expected, actual: outcome.actual };
  }
  if (outcome instanceof StoreOverloaded) return { failed: 'OVERLOADED', message: outcome.message };
  if (!(outcome instanceof Error)) return outcome;
  const mayBeStored = outcome instanceof StoreUnavailable && outcome.mayBeStored;
  return { failed: 'UNAVAILABLE', message: outcome.message, mayBeStored };
}

/** The outcome that was sent, of an append to this stream. */
export function receivedOutcome(streamName: string, sent: SentOutcome): AppendedEvents | Error {
  if (!('failed' in sent)) return sent;
  if (sent.failed === 'REVISION') return new WrongExpectedRevision(streamName, sent.expected, sent.actual);
  if (sent.failed === 'OVERLOADED') return new StoreOverloaded(sent.message);
  return new StoreUnavailable(sent.message, { mayBeStored: sent.mayBeStored });
}

/** The log refuses this append permanently. Nothing was written; retrying does not help. Other appends are unaffected. */
export class AppendRefused extends Error {
  override readonly name = 'AppendRefused';
}

/** The log can't be used as it is. The message says what is wrong and what to do about it. */
export class LogUnusable extends OperatorError {
  override readonly name = 'LogUnusable';
}

/** The server's log lacks what was copied from it: an older copy was restored. */
export class LogRestored extends LogUnusable {}

/** What was to be copied is not what its digests say: it was altered on its way, or where it is stored. Nothing was written. */
export class CopyAltered extends Error {
  override readonly name = 'CopyAltered';
}
