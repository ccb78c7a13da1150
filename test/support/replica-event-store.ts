import type { EventReader, EventStore } from '../../src/log/event-store.ts';
import type { EventStoreDbAppender } from '../../src/log/eventstoredb/appender.ts';

/** A reader of the replica. */
export interface ReplicaReader extends EventReader {
  /** Ends `followAll`; later reads fail. */
  close(): void;
}

/**
 * The log for a process that appends to EventStoreDB and reads a local replica of it. Appended events can be read a few milliseconds later,
 * or once replication has resumed; nothing is read from the server. `close` closes the appender and the reader, but not the replica or its
 * replication.
 */
export function createReplicaEventStore(
  appender: Pick<EventStoreDbAppender, 'append' | 'truncateStream' | 'close'>,
  reader: ReplicaReader,
): EventStore {
  return {
    logId: reader.logId,
    get epoch() {
      return reader.epoch;
    },
    readStream: (...given) => reader.readStream(...given),
    streamSizes: (...given) => reader.streamSizes(...given),
    lastRevision: (streamName) => reader.lastRevision(streamName),
    readAt: (position) => reader.readAt(position),
    eventIdAt: (position) => reader.eventIdAt(position),
    hasRemoved: (position) => reader.hasRemoved(position),
    followAll: (options) => reader.followAll(options),
    lagAfter: (position) => reader.lagAfter(position),
    endPosition: () => reader.endPosition(),
    append: (...given) => appender.append(...given),
    async truncateStream(...given) {
      await appender.truncateStream(...given);
    },
    async close() {
      await appender.close();
      reader.close();
    },
  };
}
