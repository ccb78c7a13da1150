import type Database from 'better-sqlite3';
import path from 'node:path';
import type { Page, PageRequest } from '../../lists/listing.ts';
import type { PoisonedEvent } from '../progress.ts';
import type { AuditField, AuditOrder } from '../../audit/audit-fields.ts';
import type { CallbackField, CallbackOrder, CallbackRow } from '../../callbacks/callback-fields.ts';
import type { IncidentField, IncidentOrder } from '../../incidents/incident-fields.ts';
import type { QuarantineField, QuarantineOrder } from '../../quarantine/quarantine-fields.ts';
import type { RelayTaskField, RelayTaskOrder } from '../../relay/relay-task-fields.ts';
import type { RefusedPushField, RefusedPushOrder } from '../../sessions/refused/refused-push-fields.ts';
import type { StreamSessionField, StreamSessionOrder } from '../../sessions/stream-session-fields.ts';
import { auditList, prepareAuditReader } from '../../audit/audit-list.ts';
import { incidentList, prepareIncidentLookUps } from '../../incidents/incident-list.ts';
import { prepareCallbackList, type ReadableCallbacks } from '../../callbacks/callback-list.ts';
import { readModelName, versionOf } from './read-model-file.ts';
import { checkpointSql, type ListDefinition, type ReadableList } from '../../lists/sql/list-definition.ts';
import type { LimitedConnection } from './limited-connection.ts';
import { definitionByName, prepareErrorsOfPush, prepareTypedRows } from '../../callbacks/types/typed-list-table.ts';
import { readPage } from '../../lists/sql/read-page.ts';
import { prepareOperatorFactReader } from '../../facts/operator-fact-table.ts';
import { prepareQuarantineReader, quarantineList } from '../../quarantine/quarantine-table.ts';
import { prepareTaskList, type ReadableTasks } from '../../relay/tables/relay-task-list.ts';
import { createSqliteRelayTaskReader } from '../../relay/tables/task-reader-table.ts';
import { createSqlitePastReader } from '../../lists/sql/past-reader.ts';
import { prepareTransaction, type Columns as FoundColumns } from './statements.ts';
import type { TypedList } from '../../callbacks/types/typed-lists.ts';
import { prepareCallbackSessions } from '../../sessions/callback-sessions-table.ts';
import { prepareTimeline } from '../../callbacks/timeline-table.ts';
import { prepareRefusedPush, refusedPushList } from '../../sessions/refused/refused-push-list.ts';
import {
  prepareSessionList,
  prepareSessionLookUps,
  type ReadableSessions,
} from '../../sessions/stream-session-list.ts';
import {
  laterPosition,
  lastOrdinal,
  positionAfterCheckpoint,
  type ChangeFilter,
  type ReadChanges,
  type ChangePosition,
} from '../changes.ts';
import { conditionSql, withAlways } from '../../lists/sql/list-query.ts';

/** The readers' access to the read models. Each call reads in one transaction. */
export type ReadModelReader = ReturnType<typeof createReadModelReader>;

/**
 * Reads the read models; `db` is a read-only connection, `limits` what it is limited by, if it is. Lists throw a LedgerError, OPERATION_TOO_COSTLY, if they would have to sort more
 * rows than the budget allows.
 */
export function createReadModelReader(db: Database.Database, limits: LimitedConnection | null = null) {
  const limited = <List extends ListDefinition>(list: List): List => (limits === null ? list : limits.limited(list));
  const sessions = limited(prepareSessionList(db));
  const tasks = limited(prepareTaskList(db));
  const callbacks = limited(prepareCallbackList(db));
  const sql = {
    logId: db.prepare<[], string>('SELECT log_id FROM progress').pluck(),
    poisoned: db.prepare<[number], { position: number; stream_name: string; reason: string }>(
      'SELECT position, stream_name, reason FROM poisoned ORDER BY position DESC LIMIT +?',
    ),
    callbackByPosition: db.prepare<[bigint], FoundColumns>(
      `SELECT ${callbacks.columnNames} FROM callbacks WHERE position = ?`,
    ),
  };
  const inTransaction = prepareTransaction(db);
  const preparePosition = (text: string) => {
    const position = db.prepare<[], bigint | null>(text).pluck().safeIntegers();
    return () => position.get() ?? null;
  };
  const checkpoint = preparePosition(checkpointSql);
  const incidentsMadeTo = preparePosition(incidentList.madeTo ?? checkpointSql);
  const page = <Field extends string, Order extends string, Columns extends object, Row>(
    list: ReadableList<Field, Order, Columns, Row>,
    request: PageRequest<Field, Order>,
    madeTo = checkpoint,
  ): Page<Row> => inTransaction(() => ({ ...readPage(db, limited(list), request), checkpoint: madeTo() }));

  const callbackByPosition = (position: bigint): CallbackRow | null => {
    const columns = sql.callbackByPosition.get(position);
    return columns === undefined ? null : callbacks.toRow(columns);
  };
  const callbackSessions = prepareCallbackSessions(db);
  const relay = createSqliteRelayTaskReader(db, { toSession: sessions.toRow, toTask: tasks.toRow });
  return {
    name: readModelName,
    // The file's version: an older file may answer while the newest is built.
    version: versionOf(db).version,
    /** Rows of different builds may differ. */
    buildName: path.basename(db.name),
    logId: sql.logId.get() ?? '',
    checkpoint,
    /** The position up to which incidents are decided on. */
    incidentsMadeTo,
    poisoned: (rowsMax: number) =>
      sql.poisoned.all(rowsMax).map(({ position, stream_name, reason }): PoisonedEvent => ({
        position: BigInt(position),
        streamName: stream_name,
        reason,
      })),
    ...prepareSessionLookUps(db, sessions),
    timeline: prepareTimeline(db, { relay, callbackByPosition, callbackSessions }),
    callbackByPosition,
    ...callbackSessions,
    typedPage: (list: TypedList, request: PageRequest<string, string>) => page(definitionByName(list.name), request),
    typedRows: prepareTypedRows(db),
    errorsOfPush: prepareErrorsOfPush(db),
    streamSessions: (request: PageRequest<StreamSessionField, StreamSessionOrder>) => page(sessions, request),
    refusedPushes: (request: PageRequest<RefusedPushField, RefusedPushOrder>) => page(refusedPushList, request),
    refusedPush: prepareRefusedPush(db),
    incidents: (request: PageRequest<IncidentField, IncidentOrder>) => page(incidentList, request, incidentsMadeTo),
    ...prepareIncidentLookUps(db),
    callbacks: (request: PageRequest<CallbackField, CallbackOrder>) => page(callbacks, request),
    relayTasks: (request: PageRequest<RelayTaskField, RelayTaskOrder>) => page(tasks, request),
    quarantined: (request: PageRequest<QuarantineField, QuarantineOrder>) => page(quarantineList, request),
    relay,
    past: createSqlitePastReader(db, relay),
    quarantine: prepareQuarantineReader(db),
    operatorFacts: prepareOperatorFactReader(db),
    auditEntries: (request: PageRequest<AuditField, AuditOrder>) => page(auditList, request),
    audit: prepareAuditReader(db),
    changes: createChangeReader(db, { sessions, tasks, callbacks, incidents: limited(incidentList) }),
  };
}

/** How a list is read in order of change: by an index, or in the table's own order if its rows never change. */
interface ChangeOrder {
  readonly source: (schema: string) => string;
  /** Without an ordinal column, an event makes one change, and nothing of that event comes after it. */
  readonly columns: readonly [position: string] | readonly [position: string, ordinal: string];
}

const byChange = (table: string): ChangeOrder => ({
  source: (schema) => `${schema}${table} INDEXED BY ${table}_by_change`,
  columns: ['changed_position', 'changed_ordinal'],
});

/** Reads each kind of row in the order of change; `db` is a read-only connection. A filter is prepared once, for many reads. */
function createChangeReader(
  db: Database.Database,
  lists: {
    readonly sessions: ReadableSessions;
    readonly tasks: ReadableTasks;
    readonly callbacks: ReadableCallbacks;
    readonly incidents: typeof incidentList;
  },
) {
  return {
    streamSessions: (filter: ChangeFilter<StreamSessionField>) =>
      prepareChanges(db, lists.sessions, byChange('stream_sessions'), filter),
    relayTasks: (filter: ChangeFilter<RelayTaskField>) =>
      prepareChanges(db, lists.tasks, byChange('relay_tasks'), filter),
    incidents: (filter: ChangeFilter<IncidentField>) =>
      prepareChanges(db, lists.incidents, byChange('incidents'), filter),
    /** Callbacks do not change, so each is read once, at the position of its first arrival. */
    callbacks: (filter: ChangeFilter<CallbackField>) =>
      prepareChanges(
        db,
        lists.callbacks,
        { source: (schema) => `${schema}callbacks NOT INDEXED`, columns: ['position'] },
        filter,
      ),
  };
}

function prepareChanges<Field extends string, Columns extends object, Row>(
  db: Database.Database,
  list: ReadableList<Field, string, Columns, Row>,
  { source: sourceIn, columns }: ChangeOrder,
  { condition, orFits }: ChangeFilter<Field>,
): ReadChanges<Row> {
  const [positionColumn, ordinalColumn] = columns;
  const source = sourceIn(list.schema ?? '');
  const matches = conditionSql(list, condition);
  const wanted = orFits === null ? condition : { or: [condition, orFits] };
  const sent = conditionSql(list, withAlways(list, wanted));
  const key = columns.join(', ');
  const compare = (operator: '>' | '<=') => `(${key}) ${operator} (${columns.map(() => '?').join(', ')})`;
  const valuesOf = ({ position, ordinal }: ChangePosition) =>
    ordinalColumn === undefined ? [position] : [position, ordinal];
  const keyColumns = `${positionColumn} AS at_position, ${ordinalColumn ?? lastOrdinal} AS at_ordinal`;

  const madeTo = db
    .prepare<[], bigint | null>(list.madeTo ?? checkpointSql)
    .pluck()
    .safeIntegers();
  const last = db.prepare<unknown[], KeyColumns>(
    `SELECT ${keyColumns} FROM ${source} WHERE ${compare('>')} ORDER BY ${key} LIMIT 1 OFFSET ?`,
  );
  // IS TRUE keeps SQLite from seeking by the filter: the rows must be read in their order.
  const found = db.prepare<unknown[], Columns & KeyColumns & { readonly matches: 0 | 1 }>(
    `SELECT ${list.columnNames}, ${keyColumns}, (${matches.sql}) IS TRUE AS matches FROM ${source}
     WHERE ${compare('>')} AND ${compare('<=')} AND (${sent.sql}) IS TRUE ORDER BY ${key}`,
  );

  const inTransaction = prepareTransaction(db);
  return (after, rowsMax) =>
    inTransaction(() => {
      const made = positionAfterCheckpoint(madeTo.get() ?? null);
      const bound = last.get(...valuesOf(after), rowsMax - 1);
      const to = bound === undefined ? laterPosition(after, made) : toChangePosition(bound);
      const rows = found.all(...matches.values, ...valuesOf(after), ...valuesOf(to), ...sent.values);
      return {
        changes: rows.map((row) => ({ at: toChangePosition(row), row: list.toRow(row), matches: row.matches === 1 })),
        to,
        isLast: bound === undefined,
      };
    });
}

interface KeyColumns {
  readonly at_position: number;
  readonly at_ordinal: number;
}

function toChangePosition({ at_position, at_ordinal }: KeyColumns): ChangePosition {
  return { position: BigInt(at_position), ordinal: at_ordinal };
}
