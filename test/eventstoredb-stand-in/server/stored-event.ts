/** An event as the stand-in stores it. Bytes are base64, as the generated classes accept and return them. */
export interface StoredEvent {
  readonly streamName: string;
  readonly revision: bigint;
  /** Offset in the log's file: both the commit and the prepare position of a real server, which are equal for every event. */
  readonly position: bigint;
  /** Index among all events of the log, 0-based. */
  readonly index: number;
  /** The server's clock at the write, in the wire's 100 ns ticks since 1970. */
  readonly createdTicks: string;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly metadata: string;
  readonly data: string;
}

/** An event before it has a revision and a position. */
export type ProposedEvent = Pick<StoredEvent, 'id' | 'type' | 'contentType' | 'metadata' | 'data'>;

/** A tombstone's revision, the largest of all. */
export const tombstoneRevision = 9_223_372_036_854_775_807n;

const metadataPrefix = '$$';

export function metadataStreamOf(streamName: string): string {
  return metadataPrefix + streamName;
}
