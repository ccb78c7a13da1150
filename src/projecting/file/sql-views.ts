import type Database from 'better-sqlite3';
import { broadcastsSql } from '../../analysis/broadcasts/stream-runs-table.ts';
import { auditFields } from '../../audit/audit-fields.ts';
import { auditList } from '../../audit/audit-list.ts';
import { callbackFields } from '../../callbacks/callback-fields.ts';
import { callbackList, sequenceOfCallback } from '../../callbacks/callback-list.ts';
import { callbackTypes } from '../../callbacks/callback.ts';
import { definitionByName } from '../../callbacks/types/typed-list-table.ts';
import { fieldsOf, rowsOfCallbackMax, typedLists } from '../../callbacks/types/typed-lists.ts';
import { columnNameOf, type ListField, type ListFields } from '../../lists/list-fields.ts';
import type { ListDefinition } from '../../lists/sql/list-definition.ts';
import { incidentFields } from '../../incidents/incident-fields.ts';
import { incidentList } from '../../incidents/incident-list.ts';
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
interface SqlColumn {
  readonly name: string;
  readonly sql: string;
  readonly meaning: string;
}

/** A view for people who read the read models with SQL. */
interface SqlView {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly SqlColumn[];
  /** What follows FROM. */
  readonly from: string;
}

/** A moment in milliseconds since 1970 as ISO text in UTC. */
const isoOf = (ms: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${ms} / 1000.0, 'unixepoch')`;

/**
 * A text that only admins read with queries and logins of URLs, and other credentials. SQL can't cut these out, so a text that may have one is hidden as a
 * whole: `replaceUrlCredentials` would leave every other text as it is.
 */
export const hiddenSql = (text: string) => {
  const likeSecret = secretWords.map((word) => `OR ${text} LIKE '%${word}%' ESCAPE '^'`).join(' ');
  return `CASE WHEN ${text} GLOB '*[\\=@]*' OR ${text} GLOB '*%[2-4][0-9A-Fa-f]*' OR (${text} GLOB '*:/*' AND ${text} GLOB '*[?#]*') ${likeSecret} THEN '(hidden)' ELSE ${text} END`;
};

/** At least one is in each secret that `hideSecrets` finds and that has none of the characters above. */
const secretWords = [
  'secret auth_key auth-key authkey access_key accesskey api_key apikey token passw bearer basic',
  'akid akia asia aksa ltai aiza eyj whsec /callbacks/css/ private signing q-ak signature',
].flatMap((words) => words.replaceAll('_', '^_').split(' '));

const column = (name: string, sql: string, meaning: string): SqlColumn => ({ name, sql, meaning });

/** A view of which each column is given. */
const view = (name: string, meaning: string, from: string, columns: readonly SqlColumn[]): SqlView => {
  return { name: viewPrefix + name, meaning, columns, from };
};

interface ListView {
  readonly fields: ListFields;
  readonly list: Pick<ListDefinition, 'table' | 'columnOf' | 'orders' | 'paths'>;
  /** The SQL of fields that have no column. */
  readonly others?: Readonly<Record<string, string>>;
  /** Columns before those of the fields. */
  readonly keys?: readonly SqlColumn[];
}

/** A view of what clients of GraphQL see of a list. */
function viewOf(name: string, meaning: string, { fields, list, others = {}, keys = [] }: ListView): SqlView {
  const columns = Object.entries(fields).flatMap(([field, declared]) => {
    const stored =
      declared.hasColumn === false ? list.columnOf[field] : `${list.table}.${columnNameOf(field, declared)}`;
    const sql = others[field] ?? stored;
    if (typeof sql !== 'string') return [];
    const ofName = (one: string, described: ListField) => columnsOf(one, described, sql, indexedOrder(declared, list));
    const { formerly } = declared;
    const renamed = `Renamed: use \`${columnNameOf(field)}\`. It goes with the next number of the views.`;
    return [
      ...ofName(field, declared),
      ...(formerly === undefined ? [] : ofName(formerly, { ...declared, shown: renamed })),
    ];
  });
  return view(name, meaning, list.table, [...keys, ...columns]);
}

/** None if clients of GraphQL do not see the field, or if only admins do. */
function columnsOf(field: string, declared: ListField, sql: string, orderSql: string | null): SqlColumn[] {
  const { kind, hidden, shown, filter, isOfServer } = declared;
  // The description of a filter: "By when it began".
  const ofFilter = filter?.replace(/^By (.)/, (_by, first: string) => first.toUpperCase());
  const meaning = shown ?? (isOfServer ? undefined : ofFilter);
  if (meaning === undefined || hidden === 'WHOLE') return [];
  const name = columnNameOf(field);
  if (hidden === 'CREDENTIALS') return [hiddenColumn(name, sql, meaning)];
  if (kind !== 'TIME') return [column(name, sql, meaning)];
  const ofOrder = `Milliseconds since 1970 by which an index finds rows: \`${name}\`, or what orders rows whose \`${name}\` is unknown.`;
  return [
    column(name, isoOf(sql), meaning),
    ...(orderSql === null ? [] : [column(`${name}_order`, orderSql, ofOrder)]),
  ];
}

const hiddenColumn = (name: string, sql: string, meaning: string) =>
  column(name, hiddenSql(sql), `${meaning} In SQL, all of a text that may have one is "(hidden)".`);

/** The column by which an index orders all rows, or all of a state; null if there is none. */
function indexedOrder({ order }: ListField, { table, orders, paths }: ListView['list']): string | null {
  const isIndexed = paths.some((path) => path.index !== null && path.equal.length === 0 && path.order === order?.name);
  const name = order === undefined || !isIndexed ? undefined : orders[order.name]?.columns[0];
  return name === undefined ? null : `${table}.${name}`;
}

const kindOfCallback = `CASE callbacks.event_type ${callbackTypes
  .flatMap(({ eventTypes, kind }) => eventTypes.map((number) => `WHEN ${number} THEN '${kind}'`))
  .join(' ')} ELSE 'OTHER' END`;

/** A view of rows that belong to a run of a relay task. */
function viewOfRuns(
  name: string,
  meaning: string,
  [at, nth]: readonly [string, string],
  columns: readonly SqlColumn[],
) {
  return view(name, meaning, `${name} JOIN relay_tasks ON relay_tasks.id = ${name}.task_row`, [
    column('app_id', 'relay_tasks.app_id', 'The account of the task.'),
    column('task_id', 'relay_tasks.task_id', 'The task.'),
    column('run', `${name}.${at} || '-' || ${name}.${nth}`, 'The run of the task: the same in its files and alarms.'),
    ...columns,
  ]);
}

const ofRuns = viewOf('', '', {
  fields: relayRunFields,
  list: { table: 'relay_runs', columnOf: {}, orders: {}, paths: [] },
});

/** A moment by CSS's clock or, of callbacks without a time, by their arrival. */
const activityAt = (name: string) => isoOf(`coalesce(${name}_arrived_at, ${name}_at)`);

/** FROM is a word of SQL. */
const { from: auditFrom, ...auditColumns } = auditFields;

/** All views, in the order of their page. Those of lists follow from what the lists declare. */
export const sqlViews: readonly SqlView[] = [
  viewOf('stream_sessions', 'Stream sessions: one row for each push.', {
    fields: streamSessionFields,
    list: streamSessionList,
    others: foldSql,
  }),
  view(
    'broadcasts',
    'Sessions of a stream, each of which began at most a minute after the previous one had ended.',
    `(${broadcastsSql})`,
    [
      ...['app_id', 'domain', 'path', 'stream_id'].map((name) => column(name, name, 'Of the stream.')),
      column('started_at', isoOf('began'), 'When its first session began.'),
      column(
        'ended_at',
        isoOf('stopped'),
        'When its last session ended. Null while it is live, or if that is unknown.',
      ),
      column('is_live', 'is_live', '1 while its last session is live, else 0.'),
      column('duration_ms', 'max(0, stopped - began)', 'From its start to its end. Null while it is live.'),
      column('reconnects', 'sessions - 1', 'How often it was interrupted and continued.'),
      column('longest_gap_ms', 'longest_gap', 'The longest interruption.'),
    ],
  ),
  viewOf('refused_pushes', 'Pushes that CSS refused, which have no session.', {
    fields: refusedPushFields,
    list: refusedPushList,
  }),
  viewOf('incidents', 'Incidents: streams that failed together by a fault.', {
    fields: incidentFields,
    list: incidentList,
    keys: [column('incident', 'id', 'Its number: the same in `failures`.')],
  }),
  viewOf('relay_tasks', 'Relay tasks.', { fields: relayTaskFields, list: relayTaskList }),
  viewOfRuns(
    'relay_runs',
    'The runs of relay tasks. A late callback can change which there are.',
    ['order_at', 'nth'],
    [...ofRuns.columns, hiddenColumn('exit_message', 'exit_message', 'Message of its exit.')],
  ),
  viewOfRuns(
    'relay_files',
    'The source files in each run, over all their plays.',
    ['run_at', 'run_nth'],
    [
      column('file_index', 'file_index', 'Index in the list of source files, from 0.'),
      hiddenColumn('url', 'url', 'The URL in its newest callback.'),
      column('duration_ms', 'duration_seconds * 1000', 'Length of the file, in whole seconds.'),
      column('times', 'max(starts, finishes)', 'How often it was played.'),
      column('is_playing', 'is_playing', '1 if the last play has not finished, else 0.'),
      column('started_at', activityAt('relay_files.started'), 'When it was last started.'),
      column(
        'finished_at',
        `CASE is_playing WHEN 0 THEN ${activityAt('relay_files.finished')} END`,
        'When it last finished.',
      ),
    ],
  ),
  viewOfRuns(
    'relay_alarms',
    'The alarms in each run, by type.',
    ['run_at', 'run_nth'],
    [
      column('type', 'type', 'The type, such as `PushStreamFailed`.'),
      column('first_at', activityAt('relay_alarms.first'), 'When the first alarm happened.'),
      column('last_at', activityAt('relay_alarms.last'), 'When the last alarm happened.'),
      column('times', 'times', 'How many alarms there were.'),
    ],
  ),
  viewOf('callbacks', 'Callbacks. Their bodies are in the log, not here.', {
    fields: callbackFields,
    list: callbackList,
    others: { kind: kindOfCallback },
    keys: [column('sequence', sequenceOfCallback, 'The push of its session. Null if it has none.')],
  }),
  ...typedLists.map((list) =>
    viewOf(columnNameOf(list.name), list.description, {
      fields: fieldsOf(list),
      list: definitionByName(list.name),
      keys: [column('callback_position', `entry / ${rowsOfCallbackMax}`, 'Position of its callback in the log.')],
    }),
  ),
  viewOf('quarantine', 'Callbacks in quarantine: unreadable or unproven ones.', {
    fields: quarantineFields,
    list: quarantineList,
    keys: [column('position', 'position', 'Position in the log.')],
  }),
  viewOf('audit', 'Who did what, and who was refused.', {
    fields: auditColumns,
    list: auditList,
    keys: [
      column('position', 'position', 'Position in the log.'),
      column('from_address', 'from_address', auditFrom.shown),
    ],
  }),
  view('progress', 'How far the log is shown: one row.', 'progress', [
    column('log_id', 'log_id', 'The log.'),
    column('position', 'position', 'The last event of the log that is shown.'),
    column('recorded_at', isoOf('recorded_at'), 'When that event became durable.'),
  ]),
];

const createSql = ({ name, columns, from }: SqlView) =>
  `CREATE VIEW ${name} AS SELECT ${columns.map((each) => `${each.sql} AS ${each.name}`).join(', ')} FROM ${from}`;

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
