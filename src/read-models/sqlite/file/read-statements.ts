import type Database from 'better-sqlite3';

/** The values of a row by the names of their columns. */
export type Columns = Readonly<Record<string, unknown>>;

/** A statement whose rows are read as arrays, and shown as objects. */
export interface RowStatement<Row = Columns> {
  readonly all: (values: readonly unknown[]) => Row[];
}

/**
 * Prepares a statement. The driver takes one and a half times as long to make objects as to make arrays; here the names are
 * those of a class, made once, whose getters read the array.
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

/** Statements of lists that a connection keeps, of some 10 KB each. Most lists are asked for in the same few ways. */
const statementsMax = 100;

const statementsOf = new WeakMap<Database.Database, Map<string, RowStatement>>();

/** The same, prepared once for as long as it is among those kept: preparing a list takes about as long as reading a page of it. */
export function prepareOnce<Named = Columns>(db: Database.Database, sql: string): RowStatement<Named> {
  const statements = statementsOf.get(db) ?? new Map<string, RowStatement>();
  statementsOf.set(db, statements);
  const statement = statements.get(sql) ?? prepareRows(db, sql);
  // Set again, as the one that was used last: the first is the one that was not used for the longest time.
  statements.delete(sql);
  statements.set(sql, statement);
  const [oldest] = statements.keys();
  if (statements.size > statementsMax && oldest !== undefined) statements.delete(oldest);
  return statement as unknown as RowStatement<Named>;
}

/** Does what reads several times in one transaction: that of the connection, where one has begun. */
export type InTransaction = <Result>(work: () => Result) => Result;

/** Made once for a connection: the driver makes four functions for each transaction that it is given. */
export function prepareTransaction(db: Database.Database): InTransaction {
  const inTransaction = db.transaction((work: () => unknown) => work());
  return <Result>(work: () => Result) => (db.inTransaction ? work() : (inTransaction(work) as Result));
}

/** Names the state that was committed last: the same object for as long as no other connection commits. */
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
