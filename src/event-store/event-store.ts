/**
 * The port to the log. Its promises are the numbered suite in `test/event-store/contract.ts`; an adapter is what passes
 * that suite. A position is one 64-bit number that grows with every event of the log, and may leave gaps; a revision is
 * 0-based and belongs to one stream.
 */
export interface EventReader {
  /** Identity of the log: a UUID in an event of our own, appended first. */
  readonly logId: string;

  /**
   * 1 for a log that was never restored. Where it is restored from an older copy, positions are given a second time: an
   * operator begins the next epoch, with an event in the ledger's stream.
   */
  readonly epoch: number;

  /** Reads one stream, forwards from a revision (inclusive). A stream that does not exist has no events. */
  readStream(streamName: string, fromRevision?: bigint): AsyncIterable<RecordedEvent>;

  /** Reads one stream from its newest event, or from a revision (inclusive), back to its oldest. */
  readStreamBackwards(streamName: string, fromRevision?: bigint): AsyncIterable<RecordedEvent>;

  /** The event at exactly this position; null where there is none. */
  readAt(position: bigint): Promise<RecordedEvent | null>;

  /**
   * All events after a position (exclusive; null: from the beginning) in the order of the log, without end: batches of
   * what there is, then `caughtUp`, then batches of what is appended from then on. A follower that does not pull costs
   * nothing and misses nothing. Aborting the signal ends the iteration without an error. To read all and end, leave it at
   * the first batch that says `caughtUp`.
   */
  followAll(options: FollowOptions): AsyncIterable<EventBatch>;

  /** How far a follower at this position (null: at the beginning) is behind the end of the log. */
  lagAfter(position: bigint | null): Promise<LogLag>;

  /** Position of the newest event that was ever appended, also where it was truncated since. */
  endPosition(): Promise<bigint>;
}

/** The log as the one process has it that appends to it. */
export interface EventStore extends EventReader {
  /**
   * Appends all events (at least one) or none to one stream, in order, and resolves when they are durable (fsync). An append with an
   * explicit expected revision may be repeated with the same event ids: it succeeds without a second write. With `any`
   * no such promise is made: a repetition may stand in the log twice, with one event id, and readers count it once.
   * @throws RangeError - no events were given
   * @throws WrongExpectedRevision - nothing was written; the caller decides
   * @throws StoreUnavailable - nothing was written, or where it says `mayBeStored` nobody knows; may be retried
   * @throws StoreOverloaded - `appendsWaitingMax` or `bytesWaitingMax` was reached; nothing was written; may be retried
   */
  append(streamName: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendedEvents>;

  /**
   * Forgets the events of one stream before a revision, for streams whose age is bounded. Revisions go on counting, also
   * where nothing is left; other events keep their positions. Repeating it changes nothing. A repetition of an append that
   * was truncated may not be known any more. Not atomic: oldest events go first, and what is interrupted is resumed by a
   * repetition.
   * @throws RangeError - the stream is the ledger's own
   * @throws StoreUnavailable - may be retried
   */
  truncateStream(streamName: string, beforeRevision: bigint): Promise<void>;

  /** Completes waiting appends, then closes: later appends and reads fail, and followers end. */
  close(): Promise<void>;
}

export interface NewEvent {
  /** A UUID, fixed before the first attempt to append. */
  readonly eventId: string;
  readonly type: string;
  readonly data: Uint8Array;
  /** UTF-8 JSON. */
  readonly metadata: Uint8Array;
}

export interface RecordedEvent extends NewEvent {
  readonly streamName: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** The store's clock. */
  readonly recordedAtMs: number;
}

export type ExpectedRevision = 'any' | 'none' | bigint;

export interface AppendedEvents {
  /** Of the last event of the append. */
  readonly revision: bigint;
  readonly position: bigint;
}

export interface FollowOptions {
  readonly after: bigint | null;
  readonly batchEventsMax: number;
  readonly signal: AbortSignal;
}

export interface EventBatch {
  readonly events: readonly RecordedEvent[];
  /**
   * Nothing stood after these events when the batch was read. The first batch that says so may be empty. One that does not
   * say so may hold fewer events than were asked for, where they are large.
   */
  readonly caughtUp: boolean;
}

export interface LogLag {
  /**
   * At most so many, and exact where positions have no gap among them; of a copy exact up to ten thousand, beyond that an
   * estimate.
   */
  readonly events: number;
  /** The store's clock at the oldest event behind; null where there is none. */
  readonly oldestRecordedAtMs: number | null;
}

/**
 * Stream of the events that name the log: the first event of all, `{"logId":"<uuid>","epoch":1}`, and one for each later
 * epoch, of the same form.
 */
export const ledgerStreamName = 'ledger';
export const logBegunType = 'LogBegun';
export const epochBegunType = 'EpochBegun';
