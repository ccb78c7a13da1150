import type Database from 'better-sqlite3';
import {
  laterPosition,
  lastOrdinal,
  positionAfterCheckpoint,
  type ChangeFilter,
  type ReadChanges,
  type ChangePosition,
} from '../changes.ts';
import type { CallbackField } from '../../callbacks/callback-fields.ts';
import type { IncidentField } from '../../incidents/incident-fields.ts';
import type { incidentList } from '../../incidents/incident-list.ts';
import type { RelayTaskField } from '../../relay/relay-task-fields.ts';
import type { StreamSessionField } from '../../sessions/stream-session-fields.ts';
import type { ReadableCallbacks } from '../../callbacks/callback-list.ts';
import { prepareTransaction } from './statements.ts';
import { conditionSql, withAlways } from '../../lists/sql/list-query.ts';
import { checkpointSql, type ReadableList } from '../../lists/sql/list-definition.ts';
import type { ReadableTasks } from '../../relay/tables/relay-task-list.ts';
import type { ReadableSessions } from '../../sessions/stream-session-list.ts';

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
export function createChangeReader(
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
