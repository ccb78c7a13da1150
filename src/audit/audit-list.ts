import type Database from 'better-sqlite3';
import { whoOf } from '../log/author.ts';
import type { FieldValues, ListedProperties } from '../lists/list-fields.ts';
import {
  columnsOf,
  fieldColumnsSql,
  orderColumnsOf,
  readerIndexesOf,
  serverFieldsOf,
  type ReadableList,
} from '../lists/sql/list-definition.ts';
import { prepareInsert, type AsRead, type ReadModelPart } from '../projecting/file/statements.ts';
import type { AuditEntry } from './audit.ts';
import { auditFields, type AuditField, type AuditOrder } from './audit-fields.ts';

/** An entry of the audit, by the position of the event that has it. */
export type AuditRow = ListedProperties<typeof auditFields>;

/** An entry with the event that has it. */
type RecordedAuditEntry = AuditEntry & { readonly position: bigint; readonly eventId: string };

function toColumns({
  position,
  eventId,
  atMs,
  author,
  action,
  object,
  outcome,
  code,
  reason,
  count,
}: RecordedAuditEntry) {
  const { issuer, subject, role, from } = author;
  return {
    position,
    at: atMs,
    who: whoOf(author),
    issuer,
    subject,
    role: toRole(role),
    action,
    object,
    outcome,
    code,
    reason,
    from_address: from,
    count,
    event_id: eventId,
  } satisfies FieldValues<typeof auditFields> & Readonly<Record<string, unknown>>;
}

/** Roles have upper case in the schema. */
function toRole(role: string | null): AuditRow['role'] {
  return role === null ? null : (role.toUpperCase() as AuditRow['role']);
}

type AuditColumns = AsRead<ReturnType<typeof toColumns>>;

// Columns are no properties of their own, so that they can't be spread.
function toRow(columns: AuditColumns): AuditRow {
  const { position, at, who, issuer, subject, role, action, object, outcome, code, reason, count } = columns;
  return {
    position: BigInt(position),
    atMs: at,
    who,
    issuer,
    subject,
    role,
    action,
    object,
    outcome,
    code,
    reason,
    from: columns.from_address,
    count,
  };
}

const table = 'audit';

/** The audit as a list: its orders and indexes. */
export const auditList: ReadableList<AuditField, AuditOrder, AuditColumns, AuditRow> = {
  name: 'audit',
  table,
  rowColumn: 'position',
  columnNames: `${table}.*`,
  columnOf: columnsOf(auditFields, {}),
  serverFields: serverFieldsOf(auditFields),
  orders: orderColumnsOf(auditFields, 'position'),
  paths: [
    { index: 'audit_by_object', equal: ['object'], order: 'RECORDED', isSparse: true },
    { index: 'audit_by_who', equal: ['who'], order: 'RECORDED', isSparse: true },
    { index: 'audit_by_action', equal: ['action'], order: 'RECORDED', isOfProjections: true },
    { index: 'audit_by_outcome', equal: ['outcome'], order: 'RECORDED' },
    { index: 'audit_by_time', equal: [], order: 'AT' },
    { index: null, equal: [], order: 'RECORDED' },
  ],
  toRow,
};

/** A row for each entry; one for all events of a run of retention. */
export const auditTables: ReadModelPart = {
  version: 2,
  tablesSql: `
  CREATE TABLE audit (
    ${fieldColumnsSql(auditFields)}
    event_id TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE INDEX audit_by_action ON audit (action, position);
`,
  readerIndexesSql: readerIndexesOf(auditList),
};

/** The projector's access to the audit; `db` is its connection. */
export function prepareAuditWriter(db: Database.Database) {
  const insert = prepareInsert<ReturnType<typeof toColumns>>(db, table);
  const addToNewest = db.prepare<[number, string, number]>(
    `UPDATE audit SET count = count + ?
     WHERE position = (SELECT max(position) FROM audit WHERE action = ?) AND at = ?`,
  );
  const end = db.prepare<[string, string | null, string]>('UPDATE audit SET outcome = ?, code = ? WHERE event_id = ?');
  const find = db.prepare<[string]>('SELECT 1 FROM audit WHERE event_id = ?');
  const insertOnce = (entry: RecordedAuditEntry) => {
    // An event id may be in the log twice.
    if (find.get(entry.eventId) === undefined) insert(toColumns(entry));
  };
  return {
    insert: insertOnce,
    /** Gives an entry that says that something was begun its outcome. False: there is none, as in a log that has only a part of the events. */
    endBegun({ begunId, outcome, code }: AuditEntry): boolean {
      return begunId !== null && end.run(outcome, code, begunId).changes > 0;
    },
    /** Inserts the entry, or adds its count to the newest one of its action, if that is of the same moment. */
    insertOrAdd(entry: RecordedAuditEntry): void {
      if (addToNewest.run(entry.count, entry.action, entry.atMs).changes === 0) insertOnce(entry);
    },
  };
}

/** The readers' access to single entries; `db` is a read-only connection. */
export function prepareAuditReader(db: Database.Database) {
  const at = db.prepare<[bigint], AuditColumns>('SELECT * FROM audit WHERE position = ?');
  return {
    /** The entry that the event at this position has; null: none. */
    at(position: bigint): AuditRow | null {
      const found = at.get(position);
      return found === undefined ? null : toRow(found);
    },
  };
}
