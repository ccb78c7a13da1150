import type Database from 'better-sqlite3';
import { broadcastsSql } from '../../analysis/broadcasts/stream-runs-table.ts';
import { callbackFields } from '../../callbacks/callback-fields.ts';
import { callbackList, sequenceOfCallback } from '../../callbacks/callback-list.ts';
import { callbackTypes } from '../../callbacks/callback.ts';
import { definitionByName } from '../../callbacks/types/typed-list-table.ts';
import { fieldsOf, rowsOfCallbackMax, typedLists } from '../../callbacks/types/typed-lists.ts';
import { columnNameOf, type ListField, type ListFields } from '../../lists/list-fields.ts';
import type { ListDefinition } from '../../lists/sql/list-definition.ts';
import { quarantineFields } from '../../quarantine/quarantine-fields.ts';
import { quarantineList } from '../../quarantine/quarantine-table.ts';
import { relayRunFields, relayTaskFields } from '../../relay/relay-task-fields.ts';
import { relayTaskList } from '../../relay/tables/relay-task-list.ts';
import { refusedPushFields } from '../../sessions/refused/refused-push-fields.ts';
import { refusedPushList } from '../../sessions/refused/refused-push-list.ts';
import { streamSessionFields } from '../../sessions/stream-session-fields.ts';
import { streamSessionList } from '../../sessions/stream-session-list.ts';
import { foldSql } from '../../sessions/stream-session-table.ts';

/**
 * Begins the name of each view. A column that is removed, or means something else, needs the next number; then the views of this
 * number stay for one minor version. New columns and views need none.
 */
export const viewPrefix = 'v1_';

/** A column of a view. */
export interface SqlColumn {
  readonly name: string;
  readonly sql: string;
  readonly meaning: string;
}

/** A view for people who read the read models with SQL. */
export interface SqlView {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly SqlColumn[];
  /** What follows FROM. */
  readonly from: string;
}

/** A moment in milliseconds since 1970 as ISO text in UTC. */
const isoOf = (ms: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${ms} / 1000.0, 'unixepoch')`;

/**
 * A text that viewers read without queries and logins of URLs. SQL can't cut these out, so a text that may have one is hidden as a
 * whole: `replaceUrlCredentials` would leave every other text as it is.
 */
export const hiddenSql = (text: string) =>
  `CASE WHEN ${text} GLOB '*\\*' OR ${text} GLOB '*[?]*=*' OR (${text} GLOB '*:/*' AND ${text} GLOB '*[?#@]*') THEN '(hidden)' ELSE ${text} END`;

interface ListView {
  readonly meaning: string;
  readonly fields: ListFields;
  readonly list: Pick<ListDefinition, 'table' | 'columnOf' | 'orders' | 'paths'>;
  /** The SQL of fields that have no column. */
  readonly others?: Readonly<Record<string, string>>;
  /** Columns before those of the fields. */
  readonly keys?: readonly SqlColumn[];
  readonly from?: string;
}

function viewOf(name: string, { meaning, fields, list, others = {}, keys = [], from = list.table }: ListView): SqlView {
  const columns = Object.entries(fields).flatMap(([field, declared]) => {
    const { hasColumn } = declared;
    const column = hasColumn === false ? list.columnOf[field] : `${list.table}.${columnNameOf(field)}`;
    const sql = others[field] ?? column;
    return typeof sql === 'string' ? columnsOf(field, declared, sql, indexedOrder(declared, list)) : [];
  });
  return { name: viewPrefix + name, meaning, columns: [...keys, ...columns], from };
}

/** None if clients of GraphQL do not see the field, or if viewers see nothing of it. */
function columnsOf(field: string, declared: ListField, sql: string, orderSql: string | null): SqlColumn[] {
  const { kind, hidden, shown, filter, isOfServer } = declared;
  const meaning = shown ?? (isOfServer ? undefined : filter && withoutBy(filter));
  if (meaning === undefined || hidden === 'WHOLE') return [];
  const name = columnNameOf(field);
  if (hidden !== undefined) return [{ name, sql: hiddenSql(sql), meaning: `${meaning} ${hiddenWhole}` }];
  if (kind !== 'TIME') return [{ name, sql, meaning }];
  const moment = { name, sql: isoOf(sql), meaning };
  return orderSql === null ? [moment] : [moment, { name: `${name}_order`, sql: orderSql, meaning: orderMeaning(name) }];
}

const hiddenWhole = 'In SQL, all of a text that may have one is "(hidden)".';

const orderMeaning = (name: string) =>
  `Milliseconds since 1970 by which an index finds rows: \`${name}\`, or what orders rows whose \`${name}\` is unknown.`;

/** The description of a filter as that of its field: "By when it began" is "When it began". */
const withoutBy = (filter: string) => filter.replace(/^By (.)/, (_by, first: string) => first.toUpperCase());

/** The column by which an index orders all rows, or all of a state; null if there is none. */
function indexedOrder({ order }: ListField, { table, orders, paths }: ListView['list']): string | null {
  const isIndexed = paths.some(
    ({ index, equal, order: by }) => index !== null && equal.length === 0 && by === order?.name,
  );
  const column = order === undefined || !isIndexed ? undefined : orders[order.name]?.columns[0];
  return column === undefined ? null : `${table}.${column}`;
}

const kindOfCallback = `CASE callbacks.event_type ${callbackTypes
  .flatMap(({ eventTypes, kind }) => eventTypes.map((number) => `WHEN ${number} THEN '${kind}'`))
  .join(' ')} ELSE 'OTHER' END`;

const position: SqlColumn = { name: 'position', sql: 'position', meaning: 'Position in the log.' };

const ofTask: readonly SqlColumn[] = [
  { name: 'app_id', sql: 'relay_tasks.app_id', meaning: 'The account of the task.' },
  { name: 'task_id', sql: 'relay_tasks.task_id', meaning: 'The task.' },
];

const runOf = (at: string, nth: string): SqlColumn => ({
  name: 'run',
  sql: `${at} || '-' || ${nth}`,
  meaning: 'The run of the task: the same in `v1_relay_runs`, `v1_relay_files` and `v1_relay_alarms`.',
});

const ofRuns = viewOf('relay_runs', {
  meaning: 'The runs of relay tasks. A late callback can change which runs there are.',
  fields: relayRunFields,
  list: { table: 'relay_runs', columnOf: {}, orders: {}, paths: [] },
  keys: [...ofTask, runOf('relay_runs.order_at', 'relay_runs.nth')],
  from: 'relay_runs JOIN relay_tasks ON relay_tasks.id = relay_runs.task_row',
});
const exitMessage = {
  name: 'exit_message',
  sql: hiddenSql('exit_message'),
  meaning: `Message of its exit. ${hiddenWhole}`,
};
const relayRuns: SqlView = { ...ofRuns, columns: [...ofRuns.columns, exitMessage] };

/** A moment by CSS's clock or, of callbacks without a time, by their arrival. */
const activityAt = (name: string) => isoOf(`coalesce(${name}_arrived_at, ${name}_at)`);

const relayFiles: SqlView = {
  name: `${viewPrefix}relay_files`,
  meaning: 'The source files in each run, over all their plays.',
  columns: [
    ...ofTask,
    runOf('run_at', 'run_nth'),
    { name: 'file_index', sql: 'file_index', meaning: 'Index in the list of source files, from 0.' },
    { name: 'url', sql: hiddenSql('url'), meaning: `The URL in its newest callback. ${hiddenWhole}` },
    { name: 'duration_ms', sql: 'duration_seconds * 1000', meaning: 'Length of the file, in whole seconds.' },
    { name: 'times', sql: 'max(starts, finishes)', meaning: 'How often it was played.' },
    { name: 'is_playing', sql: 'is_playing', meaning: '1 if the last play has not finished, else 0.' },
    { name: 'started_at', sql: activityAt('relay_files.started'), meaning: 'When it was last started.' },
    {
      name: 'finished_at',
      sql: `CASE WHEN is_playing = 0 THEN ${activityAt('relay_files.finished')} END`,
      meaning: 'When it last finished. Null while it plays.',
    },
  ],
  from: 'relay_files JOIN relay_tasks ON relay_tasks.id = relay_files.task_row',
};

const relayAlarms: SqlView = {
  name: `${viewPrefix}relay_alarms`,
  meaning: 'The alarms in each run, by type.',
  columns: [
    ...ofTask,
    runOf('run_at', 'run_nth'),
    { name: 'type', sql: 'type', meaning: 'The type, such as `PushStreamFailed`.' },
    { name: 'first_at', sql: activityAt('relay_alarms.first'), meaning: 'When the first alarm happened.' },
    { name: 'last_at', sql: activityAt('relay_alarms.last'), meaning: 'When the last alarm happened.' },
    { name: 'times', sql: 'times', meaning: 'How many alarms there were.' },
  ],
  from: 'relay_alarms JOIN relay_tasks ON relay_tasks.id = relay_alarms.task_row',
};

const broadcasts: SqlView = {
  name: `${viewPrefix}broadcasts`,
  meaning: 'Sessions of a stream, each of which began at most a minute after the previous one had ended.',
  columns: [
    ...['app_id', 'domain', 'path', 'stream_id'].map((name) => ({ name, sql: name, meaning: 'Of the stream.' })),
    { name: 'started_at', sql: isoOf('began'), meaning: 'When its first session began.' },
    {
      name: 'ended_at',
      sql: isoOf('stopped'),
      meaning: 'When its last session ended. Null while it is live, or if that is unknown.',
    },
    { name: 'is_live', sql: 'is_live', meaning: '1 while its last session is live, else 0.' },
    {
      name: 'duration_ms',
      sql: 'max(0, stopped - began)',
      meaning: 'From its start to its end. Null while it is live.',
    },
    { name: 'reconnects', sql: 'sessions - 1', meaning: 'How often it was interrupted and continued.' },
    { name: 'longest_gap_ms', sql: 'longest_gap', meaning: 'The longest interruption.' },
  ],
  from: `(${broadcastsSql})`,
};

const typedViews = typedLists.map((list) =>
  viewOf(columnNameOf(list.name), {
    meaning: list.description,
    fields: fieldsOf(list),
    list: definitionByName(list.name),
    keys: [
      {
        name: 'callback_position',
        sql: `entry / ${rowsOfCallbackMax}`,
        meaning: 'Position of its callback in the log.',
      },
    ],
  }),
);

/** All views, in the order of their page. Column by column, they follow from what the lists declare. */
export const sqlViews: readonly SqlView[] = [
  viewOf('stream_sessions', {
    meaning: 'Stream sessions: one row for each push.',
    fields: streamSessionFields,
    list: streamSessionList,
    others: foldSql,
  }),
  broadcasts,
  viewOf('refused_pushes', {
    meaning: 'Pushes that CSS refused, which have no session.',
    fields: refusedPushFields,
    list: refusedPushList,
  }),
  viewOf('relay_tasks', { meaning: 'Relay tasks.', fields: relayTaskFields, list: relayTaskList }),
  relayRuns,
  relayFiles,
  relayAlarms,
  viewOf('callbacks', {
    meaning: 'Callbacks. Their bodies are in the log, not here.',
    fields: callbackFields,
    list: callbackList,
    others: { kind: kindOfCallback },
    keys: [{ name: 'sequence', sql: sequenceOfCallback, meaning: 'The push of its session. Null if it has none.' }],
  }),
  ...typedViews,
  viewOf('quarantine', {
    meaning: 'Callbacks in quarantine: unreadable or unproven ones.',
    fields: quarantineFields,
    list: quarantineList,
    keys: [position],
  }),
  {
    name: `${viewPrefix}progress`,
    meaning: 'How far the log is shown: one row.',
    columns: [
      { name: 'log_id', sql: 'log_id', meaning: 'The log.' },
      { name: 'position', sql: 'position', meaning: 'The last event of the log that is shown.' },
      { name: 'recorded_at', sql: isoOf('recorded_at'), meaning: 'When that event became durable.' },
    ],
    from: 'progress',
  },
];

const createSql = ({ name, columns, from }: SqlView) =>
  `CREATE VIEW ${name} AS SELECT ${columns.map((column) => `${column.sql} AS ${column.name}`).join(', ')} FROM ${from}`;

const byName = (one: { readonly name: string }, other: { readonly name: string }) => (one.name < other.name ? -1 : 1);

/**
 * Gives a file the views of this program, if it has others or none. They are no part of its version: they hold no rows, and an index
 * or a row costs nothing more with them.
 */
export function writeSqlViews(db: Database.Database): void {
  const wanted = sqlViews.map((view) => ({ name: view.name, sql: createSql(view) })).sort(byName);
  const present = db
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY name")
    .all();
  if (JSON.stringify(present) === JSON.stringify(wanted)) return;
  db.transaction(() => {
    for (const { name } of present) db.exec(`DROP VIEW ${name}`);
    for (const { sql } of wanted) db.exec(sql);
  }).immediate();
}
