import type Database from 'better-sqlite3';
import {
  laterPosition,
  lastOrdinal,
  positionAfterCheckpoint,
  type ChangeFilter,
  type ChangeReader,
  type ReadChanges,
} from '../changes.ts';
import type { RelayTaskRow } from '../rows.ts';
import { callbackList } from './callbacks/callback-list.ts';
import { conditionSql, joined } from './lists/condition-sql.ts';
import type { ListDefinition } from './lists/list-definition.ts';
import { relayTaskListOf } from './relay-tasks/relay-task-list.ts';
import type { TaskColumns } from './relay-tasks/relay-columns.ts';
import { streamSessionList } from './stream-sessions/stream-session-list.ts';

/** Where the order of change of a list is kept: in an index, or, for what never moves, in the table's own order. */
interface ChangeOrder {
  readonly source: string;
  /** The second one is the place among the changes of one event; without it an event makes one change, which comes first. */
  readonly columns: readonly [position: string] | readonly [position: string, ordinal: string];
}

const byChange = (table: string): ChangeOrder => ({
  source: `${table} INDEXED BY ${table}_by_change`,
  columns: ['changed_position', 'changed_ordinal'],
});

/** `db` is a connection that only reads. */
export function createSqliteChangeReader(
  db: Database.Database,
  toTaskRow: (columns: TaskColumns) => RelayTaskRow,
): ChangeReader {
  const relayTaskList = relayTaskListOf(toTaskRow);
  const taskAt = db.prepare<[bigint, number], number>(
    'SELECT 1 FROM relay_tasks WHERE changed_position = ? AND changed_ordinal = ?',
  );
  return {
    streamSessions: (filter) => prepareChanges(db, streamSessionList, byChange('stream_sessions'), filter),
    relayTasks: (filter) => prepareChanges(db, relayTaskList, byChange('relay_tasks'), filter),
    callbacks: (filter) =>
      prepareChanges(db, callbackList, { source: 'callbacks NOT INDEXED', columns: ['position'] }, filter),
    isRelayTaskAt: ({ position, ordinal }) => taskAt.get(position, ordinal) !== undefined,
  };
}

function prepareChanges<Field extends string, Columns extends object, Row>(
  db: Database.Database,
  list: ListDefinition<Field, string, Columns, Row>,
  { source, columns }: ChangeOrder,
  { condition, orFits }: ChangeFilter<Field>,
): ReadChanges<Row> {
  const row = `${list.table}.${list.rowColumn}`;
  const [positionColumn, ordinalColumn] = columns;
  const matches = conditionSql(list.columnOf, row, condition);
  const told = joined(orFits === null ? [matches] : [matches, conditionSql(list.columnOf, row, orFits)], 'OR', 'FALSE');
  const place = columns.join(', ');
  const compare = (operator: '>' | '<=') => `(${place}) ${operator} (${columns.map(() => '?').join(', ')})`;
  const boundOf = ({ position, ordinal }: { position: bigint; ordinal: number }) =>
    ordinalColumn === undefined ? [position] : [position, ordinal];
  const selected = `${positionColumn} AS place_position, ${ordinalColumn ?? lastOrdinal} AS place_ordinal`;

  const checkpoint = db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers();
  const last = db.prepare<unknown[], PlaceColumns>(
    `SELECT ${selected} FROM ${source} WHERE ${compare('>')} ORDER BY ${place} LIMIT 1 OFFSET ?`,
  );
  // IS TRUE keeps SQLite from seeking by the filter: the rows are to be read in their order.
  const found = db.prepare<unknown[], Columns & PlaceColumns & { readonly matches: 0 | 1 }>(
    `SELECT ${list.columnNames}, ${selected}, (${matches.sql}) IS TRUE AS matches FROM ${source}
     WHERE ${compare('>')} AND ${compare('<=')} AND (${told.sql}) IS TRUE ORDER BY ${place}`,
  );

  return (after, rowsMax) =>
    db.transaction(() => {
      const projectedTo = positionAfterCheckpoint(checkpoint.get() ?? null);
      const bound = last.get(...boundOf(after), rowsMax - 1);
      const to = bound === undefined ? laterPosition(after, projectedTo) : toPlace(bound);
      const rows = found.all(...matches.values, ...boundOf(after), ...boundOf(to), ...told.values);
      return {
        changes: rows.map((one) => ({ at: toPlace(one), row: list.toRow(one), matches: one.matches === 1 })),
        to,
        isLast: bound === undefined,
      };
    })();
}

interface PlaceColumns {
  readonly place_position: number;
  readonly place_ordinal: number;
}

function toPlace({ place_position, place_ordinal }: PlaceColumns) {
  return { position: BigInt(place_position), ordinal: place_ordinal };
}
