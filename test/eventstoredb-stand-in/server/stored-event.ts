/** An event as the stand-in stores it. Bytes are base64, as the generated classes take and give them. */
export interface StoredEvent {
  readonly streamName: string;
  readonly revision: bigint;
  /** Offset in the log's file: what a real server calls commit and prepare position, equal for every event. */
  readonly position: bigint;
  /** Index among all events of the log, 0-based. */
  readonly index: number;
  /** The server's clock when it was written, in the 100 ns ticks since 1970 of the wire. */
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
