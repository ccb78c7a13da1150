import type Database from 'better-sqlite3';

/** A part of the read models: the tables of a subject. */
export interface ReadModelPart {
  /** Raise it with every change of the tables or of what is projected into them: then all read models are built anew. */
  readonly version: number;
  /** The tables, and the indexes that projections use themselves. */
  readonly tablesSql: string;
  /** A statement for each index that only readers need: a rebuild runs them last, over the finished tables. */
  readonly readerIndexesSql: readonly string[];
}

/** The values of a row, by column name. */
export type Columns = Readonly<Record<string, unknown>>;

/** A statement whose rows are read as arrays, and shown as objects. */
interface RowStatement<Row = Columns> {
  readonly all: (values: readonly unknown[]) => Row[];
  /** The first row. */
  readonly get: (values: readonly unknown[]) => Row | undefined;
}

/**
 * Prepares a statement. The driver takes one and a half times as long to make objects as arrays. Here the rows are of a
 * class, made once, whose getters read the array by column name.
 */
export function prepareRows<Named = Columns>(db: Database.Database, sql: string): RowStatement<Named> {
  const statement = db.prepare<unknown[], unknown[]>(sql).raw();
  const Row = class {
    constructor(readonly values: readonly unknown[]) {}
  };
  statement.columns().forEach(({ name }, index) => {
    Object.defineProperty(Row.prototype, name, {
      get(this: InstanceType<typeof Row>) {
        return this.values[index];
      },
    });
  });
  const named = (row: readonly unknown[]) => new Row(row) as unknown as Named;
  return {
    all: (values) => statement.all(...values).map(named),
    get(values) {
      const row = statement.get(...values);
      return row === undefined ? undefined : named(row);
    },
  };
}

/** List statements that a connection keeps, of about 10 KB each. Most lists are asked for in the same few ways. */
const statementsMax = 100;

const statementsOf = new WeakMap<Database.Database, Map<string, RowStatement>>();

/** The same, but prepared only once while it is kept: preparing a list takes about as long as reading a page of it. */
export function prepareOnce<Named = Columns>(db: Database.Database, sql: string): RowStatement<Named> {
  const statements = statementsOf.get(db) ?? new Map<string, RowStatement>();
  statementsOf.set(db, statements);
  const statement = statements.get(sql) ?? prepareRows(db, sql);
  // Set again as the most recently used: the first is the least recently used.
  statements.delete(sql);
  statements.set(sql, statement);
  const [oldest] = statements.keys();
  if (statements.size > statementsMax && oldest !== undefined) statements.delete(oldest);
  return statement as unknown as RowStatement<Named>;
}

/** Runs several reads in one transaction: the connection's, if one has begun. */
type InTransaction = <Result>(work: () => Result) => Result;

/** Made once per connection: the driver makes four functions for each transaction it is given. */
export function prepareTransaction(db: Database.Database): InTransaction {
  const inTransaction = db.transaction((work: () => unknown) => work());
  return <Result>(work: () => Result) => (db.inTransaction ? work() : (inTransaction(work) as Result));
}

/** Identifies the last committed state: the same object until another connection commits. */
export type CommittedState = () => object;

/** `db`: a connection that only reads. */
export function watchCommittedState(db: Database.Database): CommittedState {
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  let version: number | undefined;
  let state = {};
  return () => {
    const now = dataVersion.get();
    if (now !== version) [version, state] = [now, {}];
    return state;
  };
}

/** Column types as read back: SQLite's integers are numbers, including those written as bigint. */
export type AsRead<Columns> = {
  readonly [Name in keyof Columns]: bigint extends Columns[Name] ? number : Columns[Name];
};

/** Columns written with a row's first version only. */
const writtenOnce = ['id', 'first_position', 'list_position'];

/** Prepares an insert of whole rows, whose properties have the names of the columns. */
export function prepareInsert<Row extends object>(db: Database.Database, table: string): (row: Row) => void {
  const columns = columnsIn<Row>(db, table);
  const insert = prepareInsertOfValues(db, table, columns);
  return (row) => insert(...columns.map((column) => row[column]));
}

/**
 * Prepares an update by id of a table whose columns have the names of the row's properties: each group of indexed columns is written only
 * if one of them differs, and so are all the other columns together.
 */
export function prepareUpdate<Row extends object>(
  db: Database.Database,
  table: string,
  groups: readonly (readonly (keyof Row & string)[])[],
): (id: number, row: Row, stored: Partial<Row>) => void {
  const grouped: readonly string[] = [...groups.flat(), ...writtenOnce];
  const plain = columnsIn<Row>(db, table).filter((column) => !grouped.includes(column));
  const groupOf = (columns: readonly (keyof Row & string)[]) =>
    columnGroup<Partial<Row>>(Object.fromEntries(columns.map((column) => [column, (row) => row[column]])));
  return prepareUpdateOfGroups(db, table, [...groups, plain].map(groupOf));
}

/** Makes what an insert or an update writes, from a row as the projector has it. */
export type ReadColumn<Row> = (row: Row) => unknown;

/** Columns that are written together, if one of the values that are compared differs. */
export interface ColumnGroup<Row> {
  readonly compared: readonly ReadColumn<Row>[];
  readonly written: Readonly<Record<string, ReadColumn<Row>>>;
}

/** A group of columns that are all compared; `derived` follow from them, and cost more to make than to compare. */
export function columnGroup<Row>(
  columns: Readonly<Record<string, ReadColumn<Row>>>,
  derived: Readonly<Record<string, ReadColumn<Row>>> = {},
): ColumnGroup<Row> {
  return { compared: Object.values(columns), written: { ...columns, ...derived } };
}

/**
 * Prepares an update by id that writes only the groups that differ from the row as stored: SQLite updates every index whose column is
 * set, even to the same value, and most events change few.
 */
export function prepareUpdateOfGroups<Row>(
  db: Database.Database,
  table: string,
  groups: readonly ColumnGroup<Row>[],
): (id: number, row: Row, stored: Row) => void {
  const read = groups.map(({ compared, written }) => ({ compared, written: Object.values(written) }));
  const prepared = new Map<number, Database.Statement>();
  const prepareFor = (changed: number) => {
    const columns = groups.flatMap(({ written }, index) => ((changed >> index) & 1 ? Object.keys(written) : []));
    const assignments = columns.map((column) => `${column} = ?`);
    const statement = db.prepare(`UPDATE ${table} SET ${assignments.join(', ')} WHERE id = ?`);
    prepared.set(changed, statement);
    return statement;
  };
  return (id, row, stored) => {
    const values: unknown[] = [];
    let changed = 0;
    for (let index = 0; index < read.length; index += 1) {
      const group = read[index];
      if (group === undefined || group.compared.every((valueOf) => valueOf(row) === valueOf(stored))) continue;
      changed |= 1 << index;
      for (const valueOf of group.written) values.push(valueOf(row));
    }
    if (changed !== 0) (prepared.get(changed) ?? prepareFor(changed)).run(...values, id);
  };
}

/** Values of a row, or of some of its columns, in the order of the columns. */
type Values = readonly unknown[];

/** Like `prepareInsert`, for a table written for most events: naming the values first takes a third longer. */
export function prepareInsertOfValues(
  db: Database.Database,
  table: string,
  columns: readonly string[],
): (...values: Values) => void {
  // By position, not by name: a statement looks up a parameter's name for every row. Spread: an array is slower to bind.
  const statement = db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marksFor(columns)})`);
  return (...values) => void statement.run(...values);
}

/** Prepares an upsert of whole rows on the primary key. */
export function prepareUpsert<Row extends object>(db: Database.Database, table: string): (row: Row) => void {
  const columns = columnsIn<Row>(db, table);
  const keys = columnsIn<Row>(db, table, 'WHERE pk > 0');
  const updates = columns.filter((name) => !keys.includes(name)).map((name) => `${name} = excluded.${name}`);
  const statement = db.prepare(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marksFor(columns)})
     ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${updates.join(', ')}`,
  );
  return (row) => void statement.run(...columns.map((column) => row[column]));
}

/** Reads the columns from the schema, the only list of them. */
function columnsIn<Row extends object>(db: Database.Database, table: string, where = ''): (keyof Row & string)[] {
  return db.prepare<[string], keyof Row & string>(`SELECT name FROM pragma_table_info(?) ${where}`).pluck().all(table);
}

function marksFor(columns: readonly string[]): string {
  return columns.map(() => '?').join(', ');
}
