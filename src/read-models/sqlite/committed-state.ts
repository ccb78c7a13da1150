import type Database from 'better-sqlite3';

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
