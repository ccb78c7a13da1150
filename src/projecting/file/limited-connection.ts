import type Database from 'better-sqlite3';
import { tableOf } from '../../callbacks/types/typed-list-table.ts';
import { typedLists } from '../../callbacks/types/typed-lists.ts';
import { LedgerError } from '../../kernel/errors.ts';
import { insideOf, namesInside, type IsInside, type Scope } from '../../kernel/scope.ts';
import type { Condition } from '../../lists/listing.ts';
import type { ListDefinition } from '../../lists/sql/list-definition.ts';

const names = ['app_id', 'domain', 'path', 'stream_id'];

/** The SQL function that decides, by the names of a row. */
const inside = (table: string) => `inside(${names.map((name) => `${table}.${name}`).join(', ')})`;

const ownerIn = (owners: string, is: string) =>
  `EXISTS (SELECT 1 FROM main.${owners} AS owner WHERE ${is} AND ${inside('owner')})`;

const ofSession = (row: string) => ownerIn('stream_sessions', `owner.id = ${row}`);
const ofTask = (row: string) => ownerIn('relay_tasks', `owner.id = ${row}`);

const tablesOfTasks = ['relay_runs', 'relay_files', 'relay_alarms', 'relay_task_sources', 'relay_task_source_keys'];

/** What belongs to a session or a task is where that is. Anything else is where its own names are. */
const byOwner = ({ sessionRow, taskRow }: { sessionRow: string; taskRow: string }, own: string) =>
  `CASE WHEN ${sessionRow} IS NOT NULL THEN ${ofSession(sessionRow)} WHEN ${taskRow} IS NOT NULL THEN ${ofTask(taskRow)} ELSE ${own} END`;

/** Of failures without a session or a task: the account, domain, path and stream, as JSON. */
const subjectNames = names.map((_name, index) => `json_extract(failures.subject, '$[${index}]')`).join(', ');

/** Whether a row is inside the scope of a connection, as SQL. Of a table that is not listed here, no row is. */
const insideSql: Readonly<Record<string, string>> = {
  progress: 'TRUE',
  stream_sessions: inside('stream_sessions'),
  refused_pushes: inside('refused_pushes'),
  relay_tasks: inside('relay_tasks'),
  ...Object.fromEntries(
    [...tablesOfTasks, 'relay_exit_candidates'].map((table) => [table, ofTask(`${table}.task_row`)]),
  ),
  callbacks: byOwner({ sessionRow: 'callbacks.session_id', taskRow: 'callbacks.task_row' }, inside('callbacks')),
  ...Object.fromEntries(typedLists.map(tableOf).map((table) => [table, inside(table)])),
  failures: byOwner({ sessionRow: 'failures.session_row', taskRow: 'failures.task_row' }, `inside(${subjectNames})`),
  // By what its failures have in common: what they differ in is null.
  incidents: 'inside(incidents.app_id, incidents.domain, incidents.path, NULL)',
  operator_facts: `CASE operator_facts.subject_type
    WHEN 'StreamSession' THEN ${ownerIn('stream_sessions', 'owner.sequence = operator_facts.subject_key AND owner.app_id = operator_facts.app_id')}
    ELSE ${ownerIn('relay_tasks', 'owner.task_id = operator_facts.subject_key AND owner.app_id = operator_facts.app_id')} END`,
};

const allNames = ['appId', 'domain', 'path', 'streamId'];

/** The names of a list's rows that are those by which they are inside: an index may find rows by them. */
const findable: Readonly<Record<string, readonly string[]>> = {
  stream_sessions: allNames,
  refused_pushes: allNames,
  relay_tasks: allNames,
  ...Object.fromEntries(typedLists.map((list) => [tableOf(list), allNames])),
  // A session may have another account than one of its callbacks.
  callbacks: ['domain', 'streamId'],
  incidents: ['appId', 'domain', 'path'],
};

/** Rows that are compared with the scope of one snapshot: some 0.1 s. What is outside must not make others wait. */
const rowsComparedMax = 500_000;

/** Called every so many rows, so that what is outside does not make a thread miss the time to stop. */
const rowsBetweenChecks = 10_000;

const insideField = 'inside';

/** A connection on which each table has the rows of one scope at a time alone. */
export type LimitedConnection = ReturnType<typeof limitConnection>;

/**
 * Limits a connection for good; nothing is inside before `limitTo`. Views hide the tables of the same names from every statement that is prepared from
 * now on, so that none can forget the scope. An index can't be named where a view is read: SQLite chooses.
 */
export function limitConnection(db: Database.Database, comparedMax = rowsComparedMax) {
  let isInside: IsInside = () => false;
  let left = comparedMax;
  let check: (() => void) | null = null;
  const count = () => {
    left -= 1;
    if (left > 0) return;
    if (check === null) throw tooMuchOutside;
    left = rowsBetweenChecks;
    check();
  };
  db.function('inside', { deterministic: true }, (appId, domain, path, streamId) => {
    count();
    return isInside(appId, domain, path, streamId) ? 1 : 0;
  });
  db.pragma('temp_store = MEMORY');
  const tables = db.prepare<[], string>("SELECT name FROM main.sqlite_schema WHERE type = 'table'").pluck().all();
  for (const table of tables.filter((name) => !name.startsWith('sqlite_'))) {
    db.exec(`CREATE TEMP VIEW ${table} AS SELECT * FROM main.${table} WHERE ${insideSql[table] ?? 'FALSE'}`);
  }
  const prepare = db.prepare.bind(db) as (sql: string) => Database.Statement;
  Object.assign(db, { prepare: (sql: string) => prepare(withoutIndexesOfViews(sql)) });

  let conditions: readonly Condition<string>[] = [];
  const known = new Map<ListDefinition, ListDefinition>();
  return {
    /** From now on, only what is inside is read. `assertGoesOn` may end a read by an error; without it, a number of rows does. */
    limitTo(scope: Scope, assertGoesOn?: () => void): void {
      isInside = insideOf(scope);
      check = assertGoesOn ?? null;
      left = check === null ? comparedMax : rowsBetweenChecks;
      conditions = Object.entries(namesInside(scope)).map(([field, values]) => ({ field, operator: 'in', values }));
    },
    /** A list that is read by its own indexes, past the views, with the scope as one of its conditions. */
    limited<List extends ListDefinition>(list: List): List {
      const found = known.get(list) ?? limitedList(list, () => conditions);
      known.set(list, found).set(found, found);
      return found as List;
    },
  };
}

function limitedList(list: ListDefinition, conditions: () => readonly Condition<string>[]): ListDefinition {
  const fields = findable[list.table] ?? [];
  const isWithin = { whenNull: 'FALSE', whenNotNull: insideSql[list.table] ?? 'FALSE' };
  const decides = { field: insideField, operator: 'isNull', isNull: false } as const;
  return {
    ...list,
    schema: 'main.',
    columnOf: { ...list.columnOf, [insideField]: isWithin },
    serverFields: [...(list.serverFields ?? []), insideField],
    always: () => [...conditions().filter((one) => 'field' in one && fields.includes(one.field)), decides],
  };
}

/** The statement without the indexes that it names, except of tables that it names with their schema. */
function withoutIndexesOfViews(sql: string): string {
  return sql.replace(/(main\.\w+(?:\s+AS\s+\w+)?)?\s+(?:NOT INDEXED|INDEXED BY \w+)/g, (named, table?: string) =>
    table === undefined ? '' : named,
  );
}

const tooMuchOutside = new LedgerError(
  'OPERATION_TOO_COSTLY',
  'Too many rows outside of the scope of the identity would be read to answer. Filter by a domain, a stream or a shorter time.',
);
