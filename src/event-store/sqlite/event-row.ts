import type { RecordedEvent } from '../event-store.ts';

/** A row of `events`, its whole numbers read as bigints. */
export interface EventRow {
  readonly position: bigint;
  readonly stream_name: string;
  readonly revision: bigint;
  readonly event_id: string;
  readonly type: string;
  readonly data: Buffer;
  readonly metadata: Buffer;
  readonly recorded_at: bigint;
}

export function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    position: row.position,
    streamName: row.stream_name,
    revision: row.revision,
    eventId: row.event_id,
    type: row.type,
    data: row.data,
    metadata: row.metadata,
    recordedAtMs: Number(row.recorded_at),
  };
}
