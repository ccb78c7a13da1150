import type Database from 'better-sqlite3';

/** The values of a row, by column name. */
export type Columns = Readonly<Record<string, unknown>>;

/** A statement whose rows are read as arrays, and shown as objects. */
export interface RowStatement<Row = Columns> {
  readonly all: (values: readonly unknown[]) => Row[];
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
  return { all: (values) => statement.all(...values).map((row) => new Row(row) as unknown as Named) };
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
export type InTransaction = <Result>(work: () => Result) => Result;

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
