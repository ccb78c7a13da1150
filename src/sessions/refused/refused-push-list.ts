import type Database from 'better-sqlite3';
import { addressKeyOrNull } from '../../kernel/addresses.ts';
import type { FieldValues } from '../../lists/list-fields.ts';
import {
  askedAsOf,
  columnsOf,
  fieldColumnsSql,
  orderColumnsOf,
  pathsByField,
  readerIndexesOf,
  serverFieldsOf,
  type ReadableList,
} from '../../lists/sql/list-definition.ts';
import { prepareInsert, prepareUpdate, type AsRead, type ReadModelPart } from '../../projecting/file/statements.ts';
import {
  refusedPushFields,
  type RefusedPushField,
  type RefusedPushOrder,
  type RefusedPushRow,
} from './refused-push-fields.ts';

function toColumns(row: RefusedPushRow) {
  return {
    at: row.atMs,
    app_id: row.appId,
    sequence: row.sequence,
    domain: row.domain,
    path: row.path,
    stream_id: row.streamId,
    end_code: row.endCode,
    node: row.accessPoint,
    user_ip: row.userIp,
    first_received_at: row.firstReceivedAtMs,
    last_received_at: row.lastReceivedAtMs,
    deliveries: row.deliveries,
    stream_param: row.streamParam,
    message: row.message,
    callback_position: row.callbackPosition,
    node_key: addressKeyOrNull(row.accessPoint),
    user_ip_key: addressKeyOrNull(row.userIp),
  } satisfies FieldValues<typeof refusedPushFields> & Readonly<Record<string, unknown>>;
}

type RefusedPushColumns = AsRead<ReturnType<typeof toColumns>>;

function toRow(columns: RefusedPushColumns): RefusedPushRow {
  return {
    atMs: columns.at,
    appId: columns.app_id,
    sequence: columns.sequence,
    domain: columns.domain,
    path: columns.path,
    streamId: columns.stream_id,
    endCode: columns.end_code,
    accessPoint: columns.node,
    userIp: columns.user_ip,
    firstReceivedAtMs: columns.first_received_at,
    lastReceivedAtMs: columns.last_received_at,
    deliveries: columns.deliveries,
    streamParam: columns.stream_param,
    message: columns.message,
    callbackPosition: BigInt(columns.callback_position),
  };
}

const table = 'refused_pushes';

const columnOf = columnsOf(refusedPushFields, { accessPointKey: 'node_key', userIpKey: 'user_ip_key' });

/** Refused pushes as a list: its orders and indexes. */
export const refusedPushList: ReadableList<RefusedPushField, RefusedPushOrder, RefusedPushColumns, RefusedPushRow> = {
  name: 'refusedPushes',
  table,
  rowColumn: 'id',
  columnNames: `${table}.*`,
  columnOf,
  serverFields: serverFieldsOf(refusedPushFields),
  askedAs: askedAsOf(refusedPushFields),
  orders: orderColumnsOf(refusedPushFields, 'first_position'),
  paths: [
    ...pathsByField(refusedPushFields, { table, columnOf, order: 'REFUSED_AT' }),
    { index: 'refused_pushes_by_time', equal: [], order: 'REFUSED_AT' },
  ],
  toRow,
};

/** A row for each push that was refused and has no session. */
export const refusedPushTables: ReadModelPart = {
  version: 3,
  tablesSql: `
  CREATE TABLE refused_pushes (
    id                INTEGER PRIMARY KEY,
    ${fieldColumnsSql(refusedPushFields)}
    callback_position INTEGER NOT NULL,
    -- The addresses in one form, see \`addressKey\`: node and user_ip are as sent.
    node_key          TEXT,
    user_ip_key       TEXT,
    -- The first event of the row: orders rows of the same time, equally on every node.
    first_position    INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX refused_pushes_by_sequence ON refused_pushes (sequence, app_id);
`,
  readerIndexesSql: readerIndexesOf(refusedPushList),
};

type WrittenColumns = ReturnType<typeof toColumns> & { readonly id: number | null; readonly first_position: bigint };

/** Learns of each refused push that is written (null: removed), and of how it was stored (null: it is new). */
interface RefusedPushWritten {
  attemptWritten(row: RefusedPushRow | null, stored: RefusedPushRow | null): void;
}

/** The projector's access to refused pushes; `db` is its connection. */
export function prepareRefusedPushes(db: Database.Database, written: RefusedPushWritten) {
  const find = db.prepare<[string, string], RefusedPushColumns & { readonly id: number }>(
    `SELECT * FROM ${table} WHERE sequence = ? AND app_id = ?`,
  );
  const insert = prepareInsert<WrittenColumns>(db, table);
  const update = prepareUpdate<WrittenColumns>(db, table, [
    ['at'],
    ['app_id', 'sequence', 'domain', 'stream_id', 'user_ip', 'user_ip_key'],
  ]);
  const remove = db.prepare<[number]>(`DELETE FROM ${table} WHERE id = ?`);
  return {
    /** `position`: the event that changes it. */
    put(row: RefusedPushRow, position: bigint): void {
      const columns = { ...toColumns(row), id: null, first_position: position };
      const stored = find.get(row.sequence, row.appId);
      if (stored === undefined) insert(columns);
      else update(stored.id, columns, stored as object);
      written.attemptWritten(row, stored === undefined ? null : toRow(stored));
    },
    remove({ appId, sequence }: Pick<RefusedPushRow, 'appId' | 'sequence'>): void {
      const stored = find.get(sequence, appId);
      if (stored === undefined) return;
      remove.run(stored.id);
      written.attemptWritten(null, toRow(stored));
    },
  };
}

/** The readers' access to single refused pushes; `db` is a read-only connection. */
export function prepareRefusedPush(db: Database.Database) {
  const find = db.prepare<[string, string], RefusedPushColumns>(
    `SELECT * FROM ${table} WHERE sequence = ? AND app_id = ?`,
  );
  return (appId: string, sequence: string): RefusedPushRow | null => {
    const columns = find.get(sequence, appId);
    return columns === undefined ? null : toRow(columns);
  };
}
