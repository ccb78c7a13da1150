import type { AppendedEvents, EventReader, EventStore } from '../../event-store.ts';
import type { EventStoreDbAppender } from '../append/appender.ts';

/** What reads the copy; `close` ends those who follow it. */
export interface ReplicaReader extends EventReader {
  close(): void;
}

/**
 * The log as a process has it that both appends to EventStoreDB and follows it into a local copy. What is appended stands in
 * the copy a few milliseconds later, or as soon as it is followed again; nothing is read from the server. Whoever has to
 * read what it appended waits for the position with the follower.
 */
export function createReplicaEventStore(appender: EventStoreDbAppender, reader: ReplicaReader): EventStore {
  return new ReplicaEventStore(appender, reader);
}

class ReplicaEventStore implements EventStore {
  readonly logId: string;
  readonly readStream: EventReader['readStream'];
  readonly readStreamBackwards: EventReader['readStreamBackwards'];
  readonly readAt: EventReader['readAt'];
  readonly followAll: EventReader['followAll'];
  readonly lagAfter: EventReader['lagAfter'];
  readonly endPosition: EventReader['endPosition'];

  constructor(
    private readonly appender: EventStoreDbAppender,
    private readonly reader: ReplicaReader,
  ) {
    this.logId = reader.logId;
    this.readStream = (...given) => reader.readStream(...given);
    this.readStreamBackwards = (...given) => reader.readStreamBackwards(...given);
    this.readAt = (position) => reader.readAt(position);
    this.followAll = (options) => reader.followAll(options);
    this.lagAfter = (position) => reader.lagAfter(position);
    this.endPosition = () => reader.endPosition();
  }

  get epoch(): number {
    return this.reader.epoch;
  }

  append(...given: Parameters<EventStore['append']>): Promise<AppendedEvents> {
    return this.appender.append(...given);
  }

  async truncateStream(streamName: string, beforeRevision: bigint): Promise<void> {
    await this.appender.truncateStream(streamName, beforeRevision);
  }

  /** The follower and the copy are others', and closed after this. */
  async close(): Promise<void> {
    await this.appender.close();
    this.reader.close();
  }
}
