import type Database from 'better-sqlite3';
import { columnNameOf, fieldsWithColumn, propertyOf, type ListFields } from '../../lists/list-fields.ts';
import {
  columnsOf,
  fieldColumnsSql,
  leastValue,
  orderColumnsOf,
  readerIndexesOf,
  type AccessPath,
  type ReadableList,
} from '../../lists/sql/list-definition.ts';
import { prepareOnce, type Columns, type ReadModelPart } from '../../projecting/file/statements.ts';
import type { AnyCallback } from './declaration.ts';
import type { CallbackNames } from './other.ts';
import {
  fieldsOf,
  pushErrors,
  rowsOfCallbackMax,
  typedLists,
  type ListedRows,
  type TypedList,
  type TypedRow,
} from './typed-lists.ts';

/** The name of the SQL table that has a list's rows: that of the list in snake case, after a prefix of its own. */
export const tableOf = ({ name }: TypedList) => `typed_${columnNameOf(name)}`;

/** The lists as readers get them, by name. */
type ReadableTypedList = ReadableList<string, string, Columns, TypedRow>;

/** The list, and the indexes that serve it. */
function definitionOf(list: TypedList): ReadableTypedList {
  const table = tableOf(list);
  const fields = fieldsOf(list);
  const pathBy = (field: string, order: string): AccessPath[] =>
    field in fields ? [{ index: `${table}_by_${columnNameOf(field)}`, equal: [field], order, isSparse: true }] : [];
  return {
    name: list.name,
    table,
    rowColumn: 'entry',
    columnNames: `${table}.*`,
    columnOf: columnsOf(fields, {}),
    orders: orderColumnsOf(fields, 'entry'),
    paths: [
      ...pathBy('sequence', 'RECORDED'),
      ...pathBy('recordingId', 'RECORDED'),
      ...pathBy('taskId', 'RECORDED'),
      ...pathBy('streamId', 'AT'),
      { index: `${table}_by_time`, equal: [], order: 'AT' },
      { index: null, equal: [], order: 'RECORDED' },
    ],
    toRow: (columns) => toRow(fields, columns),
  };
}

function toRow(fields: ListFields, columns: Columns): TypedRow {
  const row: Record<string, unknown> & { entry: bigint } = { entry: BigInt(columns['entry'] as number) };
  for (const [name, field] of Object.entries(fields)) {
    if (field.kind !== 'POSITION') row[propertyOf(name, field)] = columns[columnNameOf(name)];
  }
  return row;
}

const definitions = new Map(typedLists.map((list) => [list.name, definitionOf(list)]));

/** @throws TypeError - there is no such list */
export function definitionByName(name: string): ReadableTypedList {
  const definition = definitions.get(name);
  if (definition === undefined) throw new TypeError(`There is no list ${name}.`);
  return definition;
}

function tablesOf(list: TypedList): ReadModelPart {
  const table = tableOf(list);
  return {
    version: list.version,
    tablesSql: `
  CREATE TABLE ${table} (
    ${fieldColumnsSql(fieldsOf(list))}
    -- at, or less than any time where it is not known.
    at_order INTEGER NOT NULL
  ) STRICT;
`,
    readerIndexesSql: readerIndexesOf(definitionByName(list.name)),
  };
}

/** A table for each type's list: the rows of what callbacks report, with what the callbacks name. */
export const typedListTables: readonly ReadModelPart[] = typedLists.map(tablesOf);

/** Prepares the insert of the rows of a callback, at its first arrival. Each list's statement is prepared when it is first used. */
export function prepareTypedInsert(db: Database.Database) {
  const statements = new Map<TypedList, ReturnType<typeof insertInto>>();
  return (
    position: bigint,
    { appId }: Pick<AnyCallback, 'appId'>,
    names: CallbackNames,
    { list, rows }: ListedRows,
  ): void => {
    const insert = statements.get(list) ?? insertInto(db, list);
    statements.set(list, insert);
    for (const [index, row] of rows.slice(0, rowsOfCallbackMax).entries()) {
      const entry = position * BigInt(rowsOfCallbackMax) + BigInt(index);
      insert({ ...row, ...names, appId, entry });
    }
  };
}

function insertInto(db: Database.Database, list: TypedList) {
  const fields = fieldsOf(list);
  const written = fieldsWithColumn(fields).map((name) => ({
    column: columnNameOf(name),
    property: propertyOf(name, fields[name] ?? { kind: 'TEXT' }),
  }));
  const columns = [...written.map(({ column }) => column), 'at_order'];
  const statement = db.prepare(
    `INSERT INTO ${tableOf(list)} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  return (row: Readonly<Record<string, unknown>>) => {
    statement.run(...written.map(({ property }) => row[property] ?? null), row['atMs'] ?? leastValue);
  };
}

/** Errors of one type in what a push sent. */
interface ErrorsOfType {
  readonly type: number | null;
  readonly description: string;
  readonly count: number;
  /** By CSS's clock; null if no report has a time. */
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
}

/** Prepares the sums of the errors that name a push, the most frequent first; `db` is a read-only connection. */
export function prepareErrorsOfPush(db: Database.Database) {
  const table = tableOf(pushErrors);
  const sums = db.prepare<[string, string, number], ErrorsOfType>(
    `SELECT type, max(description) AS description, sum(count) AS count,
       min(coalesce(first_at, at)) AS firstAtMs, max(coalesce(last_at, at)) AS lastAtMs
     FROM ${table} INDEXED BY ${table}_by_sequence WHERE sequence = ? AND (app_id IS NULL OR app_id = ?)
     GROUP BY type ORDER BY count DESC, type LIMIT +?`,
  );
  return ({ sequence, appId }: { readonly sequence: string; readonly appId: string }, rowsMax: number) =>
    sums.all(sequence, appId, rowsMax);
}

/** Prepares the reading of the rows of callbacks, in the order of the positions; `db` is a read-only connection. */
export function prepareTypedRows(db: Database.Database) {
  return (list: TypedList, positions: readonly bigint[]): TypedRow[] => {
    const { toRow: shown, table } = definitionByName(list.name);
    const ofOne = prepareOnce(db, `SELECT * FROM ${table} WHERE entry BETWEEN ? AND ? ORDER BY entry`);
    const first = (position: bigint) => position * BigInt(rowsOfCallbackMax);
    return positions.flatMap((position) => ofOne.all([first(position), first(position + 1n) - 1n]).map(shown));
  };
}
