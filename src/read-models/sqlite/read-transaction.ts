import type Database from 'better-sqlite3';

/** Does what reads several times in one transaction: that of the connection, where one has begun. */
export type InTransaction = <Result>(work: () => Result) => Result;

/** Made once for a connection: the driver makes four functions for each transaction that it is given. */
export function prepareTransaction(db: Database.Database): InTransaction {
  const inTransaction = db.transaction((work: () => unknown) => work());
  return <Result>(work: () => Result) => (db.inTransaction ? work() : (inTransaction(work) as Result));
}
