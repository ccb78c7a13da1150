import type Database from 'better-sqlite3';
import { hasDigests, type EventRow } from './log-file.ts';

/** Events read as one row: this many of the largest callbacks are 32 MB. */
const packedEventsMax = 64;

/** 64-bit integers are text, because JSON numbers lose digits; a null digest is empty. */
type PackedEvent = readonly [
  position: string,
  streamName: string,
  revision: string,
  eventId: string,
  type: string,
  recordedAt: number,
  dataBytes: number,
  metadataBytes: number,
  previousDigestHex: string,
  digestHex: string,
];

interface PackedEvents {
  /** A JSON list of `PackedEvent`. */
  readonly events: string;
  /** Data and metadata of each event in turn; null if there is no event. */
  readonly bytes: Buffer | null;
}

// In a damaged file a value may be null or of another type: then only its own event changes, and that event's digest shows it.
const text = (column: string) => `coalesce(CAST(${column} AS TEXT), '')`;
const integer = (column: string) => `coalesce(CAST(${column} AS INTEGER), 0)`;

/**
 * Prepares reading the rows after a position, in log order. SQLite packs many events into one row: fetching them one by one, with ten
 * values and four buffers each, costs twice as much.
 */
export function preparePackedEvents(db: Database.Database): (after: bigint, eventsMax: number) => Iterable<EventRow> {
  const page = db.prepare<[bigint, number], PackedEvents>(
    `SELECT
       json_group_array(json_array(
         CAST(position AS TEXT), ${text('stream_name')}, CAST(${integer('revision')} AS TEXT), ${text('event_id')},
         ${text('type')}, ${integer('recorded_at')}, octet_length(${text('data')}), octet_length(${text('metadata')}),
         ${hasDigests(db) ? 'hex(previous_digest), hex(digest)' : `'', ''`}
       )) AS events,
       CAST(group_concat(${text('data')} || ${text('metadata')}, '') AS BLOB) AS bytes
     FROM (SELECT * FROM events WHERE position > ? ORDER BY position LIMIT +?)`,
  );

  return function* (after, eventsMax) {
    let last = after;
    for (let left = eventsMax; left > 0; left -= packedEventsMax) {
      const asked = Math.min(left, packedEventsMax);
      const rows = unpack(page.get(last, asked));
      yield* rows;
      if (rows.length < asked) return;
      last = rows.at(-1)?.position ?? last;
    }
  };
}

function unpack(packed: PackedEvents | undefined): EventRow[] {
  const bytes = packed?.bytes ?? null;
  if (packed === undefined || bytes === null) return [];
  let end = 0;
  const take = (count: number) => bytes.subarray(end, (end += count));
  return (JSON.parse(packed.events) as PackedEvent[]).map(
    ([position, streamName, revision, eventId, type, recordedAt, dataBytes, metadataBytes, previousHex, hex]) => ({
      position: BigInt(position),
      stream_name: streamName,
      revision: BigInt(revision),
      event_id: eventId,
      type,
      data: take(dataBytes),
      metadata: take(metadataBytes),
      recorded_at: BigInt(recordedAt),
      previous_digest: fromHex(previousHex),
      digest: fromHex(hex),
    }),
  );
}

function fromHex(hex: string): Buffer | null {
  return hex === '' ? null : Buffer.from(hex, 'hex');
}
