import type Database from 'better-sqlite3';
import type { FieldValues } from '../lists/list-fields.ts';
import { callbackList } from './callback-list.ts';
import { fieldColumnsSql, readerIndexesOf } from '../lists/sql/list-definition.ts';
import {
  callbackFields,
  type CallbackBelonging,
  type IdentifiedArrival,
  type KnownCallback,
  type NewCallback,
} from './callback-fields.ts';
import type { CallbackNames } from './types/other.ts';
import type { AsRead, ReadModelPart } from '../projecting/file/statements.ts';

/** Each callback at its first arrival, and the event ids of its later ones. */
export const callbackTables: ReadModelPart = {
  version: 5,
  tablesSql: `
  CREATE TABLE callbacks (
    ${fieldColumnsSql(callbackFields)}
    event_id         TEXT    NOT NULL,
    identity         BLOB    NOT NULL,
    -- What the body names, only where there is no session or task that it is folded into; the beginning by CSS's clock.
    stream_id        TEXT,
    domain           TEXT,
    path             TEXT,
    named_sequence   TEXT,
    named_task_id    TEXT,
    began_at         INTEGER,
    -- The rest for relay callbacks only: the order time within the task, and the content.
    at               INTEGER,
    relay_kind       TEXT,
    relay_event      TEXT,
    -- The source URLs that it names, of a callback that names its task.
    named_source     TEXT,
    -- The same of an exit that names none, and its order time among those.
    source_key       TEXT,
    source_at        INTEGER
  ) STRICT;
  -- The time first: callbacks that arrive in order are inserted at the end of the index, not all over it.
  CREATE INDEX callbacks_by_identity ON callbacks (occurred_at, identity, last_received_at);

  CREATE INDEX callbacks_of_task_by_time ON callbacks (task_row, relay_kind, at) WHERE task_row IS NOT NULL;
  -- Exits that name no task, by what relates them to one.
  CREATE INDEX callbacks_by_source ON callbacks (source_key, source_at, identity) WHERE source_key IS NOT NULL;
  -- Those without a time, by the task that they are attributed to.
  CREATE INDEX callbacks_of_task_untimed_exits ON callbacks (task_row, received_at)
    WHERE source_key IS NOT NULL AND occurred_at IS NULL;

  -- Arrivals after the first one, by event id: an event id that is in the log twice counts once.
  CREATE TABLE redeliveries (
    callback_position INTEGER NOT NULL,
    event_id          TEXT    NOT NULL,
    PRIMARY KEY (callback_position, event_id)
  ) STRICT, WITHOUT ROWID;
`,
  readerIndexesSql: [
    ...readerIndexesOf(callbackList),
    'CREATE INDEX callbacks_by_stream ON callbacks (stream_id, domain, began_at, event_type) WHERE stream_id IS NOT NULL',
    'CREATE INDEX callbacks_by_named_sequence ON callbacks (named_sequence) WHERE named_sequence IS NOT NULL',
    'CREATE INDEX callbacks_by_named_task ON callbacks (named_task_id) WHERE named_task_id IS NOT NULL',
  ],
};

type WrittenColumn =
  | 'event_id'
  | 'identity'
  | Exclude<keyof FieldValues<typeof callbackFields>, 'deliveries' | 'task_row' | 'attribution'>;

/** The columns written for every callback, each with its value. */
const written: Readonly<Record<WrittenColumn, (callback: NewCallback, sessionId: number | null) => unknown>> = {
  position: ({ position }) => position,
  event_id: ({ eventId }) => eventId,
  identity: ({ identity }) => identity,
  event_type: ({ eventType }) => eventType,
  callback_event: ({ callbackEvent }) => callbackEvent,
  app_id: ({ appId }) => appId,
  occurred_at: ({ occurredAtMs }) => occurredAtMs,
  received_at: ({ receivedAtMs }) => receivedAtMs,
  recorded_at: ({ recordedAtMs }) => recordedAtMs,
  // So far, the first delivery is also the last.
  last_received_at: ({ receivedAtMs }) => receivedAtMs,
  signature: ({ signature }) => signature,
  session_id: (_callback, sessionId) => sessionId,
};

const columns = Object.keys(written).join(', ');
const values = Object.values(written);

/** Additional columns of a callback that is folded into nothing. */
const namedColumns = 'stream_id, domain, path, named_sequence, named_task_id, began_at';

const valuesOfNamed = (named: CallbackNames) => {
  const { streamId, domain, path, sequence, taskId, fromMs } = named;
  return [streamId, domain, path, sequence, taskId, fromMs];
};

const noNames = [null, null, null, null, null, null];

/** Additional columns of a relay callback. */
const relayColumns = `task_row, attribution, ${namedColumns}, at, relay_kind, relay_event, named_source, source_key, source_at`;

/** The projector's statements for callbacks and their redeliveries. */
export function prepareCallbackTable(db: Database.Database) {
  const find = db.prepare<[number | null, Uint8Array, number], AsRead<KnownCallback>>(
    `SELECT position, event_id AS eventId, received_at AS receivedAtMs, session_id AS sessionId, task_row AS taskRow, at AS atMs
     FROM callbacks
     WHERE occurred_at IS ? AND identity = ? AND last_received_at >= ?
     ORDER BY last_received_at LIMIT 1`,
  );
  const findDelivery = db.prepare<[number | null, Uint8Array, string, string], number>(
    `SELECT 1 FROM callbacks WHERE occurred_at IS ? AND identity = ? AND (event_id = ? OR EXISTS (
       SELECT 1 FROM redeliveries WHERE callback_position = callbacks.position AND event_id = ?)) LIMIT 1`,
  );
  // Three statements, because most callbacks belong to a session, and each parameter takes time.
  const insert = db.prepare(insertSql(columns));
  const insertNamed = db.prepare(insertSql(`${columns}, ${namedColumns}`));
  const insertRelay = db.prepare(insertSql(`${columns}, ${relayColumns}`));
  const insertRedelivery = db.prepare<[bigint, string]>(
    'INSERT OR IGNORE INTO redeliveries (callback_position, event_id) VALUES (?, ?)',
  );
  const countDelivery = db.prepare<[number, number, bigint]>(
    `UPDATE callbacks SET deliveries = deliveries + 1, last_received_at = max(last_received_at, ?),
       received_at = min(received_at, ?) WHERE position = ?`,
  );

  return {
    find: (arrival: IdentifiedArrival, windowMs: number | null): KnownCallback | null => {
      const { occurredAtMs, identity, receivedAtMs } = arrival;
      const receivedSince = windowMs === null ? -Infinity : receivedAtMs - windowMs;
      const found = find.get(occurredAtMs, identity, Math.max(receivedSince, Number.MIN_SAFE_INTEGER));
      if (found === undefined) return null;
      if (windowMs !== null && found.receivedAtMs > receivedAtMs + windowMs) return null;
      return { ...found, position: BigInt(found.position) };
    },

    insert(callback: NewCallback, belonging: CallbackBelonging): void {
      const { named, sessionId, taskRow, attribution } = belonging;
      // In order: this is the most frequent statement of all, and binding by name is slower.
      const common = values.map((valueOf) => valueOf(callback, sessionId));
      if (belonging.relay === null) {
        if (named === null) insert.run(...common);
        else insertNamed.run(...common, ...valuesOfNamed(named));
        return;
      }
      const { kind, atMs, event, namedSource, sourceKey } = belonging.relay;
      insertRelay.run(
        ...common,
        taskRow,
        attribution,
        ...(named === null ? noNames : valuesOfNamed(named)),
        atMs,
        kind,
        JSON.stringify(event),
        namedSource,
        sourceKey,
        sourceKey === null ? null : atMs,
      );
    },

    isDelivered: ({ occurredAtMs, identity }: Omit<IdentifiedArrival, 'receivedAtMs'>, eventId: string): boolean =>
      findDelivery.get(occurredAtMs, identity, eventId, eventId) !== undefined,

    addDelivery: (callback: KnownCallback, eventId: string, receivedAtMs: number): boolean => {
      if (eventId === callback.eventId) return false;
      if (insertRedelivery.run(callback.position, eventId).changes === 0) return false;
      countDelivery.run(receivedAtMs, receivedAtMs, callback.position);
      return true;
    },
  };
}

function insertSql(names: string): string {
  return `INSERT INTO callbacks (deliveries, ${names}) VALUES (1${', ?'.repeat(names.split(',').length)})`;
}

/** Callbacks checked before the one found: the log's clock may have been set back there. */
const setBackMax = 1_000;

/** Finds the position of the first callback recorded after a moment; null if there is none. */
type FirstRecordedAfter = (recordedAtMs: number) => bigint | null;

/**
 * A binary search, because positions and the log's clock increase together; it tolerates a clock set back over up to `setBackMax`
 * callbacks.
 */
export function prepareFirstRecordedAfter(db: Database.Database): FirstRecordedAfter {
  const row = <Parameters extends unknown[]>(sql: string) =>
    db.prepare<Parameters, { position: bigint; recorded_at: bigint }>(sql).safeIntegers();
  // `main`: what is outside of the connection's scope decides too which position that is.
  const atOrAfter = row<[bigint]>(
    'SELECT position, recorded_at FROM main.callbacks WHERE position >= ? ORDER BY position LIMIT 1',
  );
  const last = row<[]>('SELECT position, recorded_at FROM main.callbacks ORDER BY position DESC LIMIT 1');
  const earlier = db
    .prepare<[bigint, number, number], bigint | null>(
      `SELECT min(position) FROM (
         SELECT position, recorded_at FROM main.callbacks WHERE position <= ? ORDER BY position DESC LIMIT +?
       ) WHERE recorded_at > ?`,
    )
    .pluck()
    .safeIntegers();
  return (recordedAtMs) => {
    const newest = last.get();
    if (newest === undefined) return null;
    let [low, high] = [0n, newest.position];
    while (low < high) {
      const middle = (low + high) / 2n;
      const found = atOrAfter.get(middle);
      if (found !== undefined && found.recorded_at <= recordedAtMs) low = found.position + 1n;
      else high = middle;
    }
    const until = atOrAfter.get(low)?.position ?? newest.position;
    return earlier.get(until, setBackMax, recordedAtMs) ?? null;
  };
}
