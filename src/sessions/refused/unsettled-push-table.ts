import type Database from 'better-sqlite3';
import { emptyBloomFilter, fullBloomFilter } from '../../projecting/file/row-cache.ts';
import { prepareUpsert, type ReadModelPart } from '../../projecting/file/statements.ts';
import { fromFoldText, toFoldText } from '../stream-session-table.ts';
import { sessionViewOf } from '../stream-session-view.ts';
import type { PushPart } from '../stream-session.ts';

/** Pushes whose session may still change, by the account that their callbacks name, and the callbacks that may still move. */
export const unsettledPushTables: ReadModelPart = {
  version: 1,
  tablesSql: `
  CREATE TABLE unsettled_pushes (
    sequence   TEXT    NOT NULL,
    app_id     TEXT    NOT NULL,
    is_refused INTEGER NOT NULL,
    -- The fold of the callbacks that name this account.
    session    TEXT    NOT NULL,
    PRIMARY KEY (sequence, app_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE unsettled_callbacks (
    position INTEGER PRIMARY KEY,
    sequence TEXT NOT NULL,
    app_id   TEXT NOT NULL,
    digest   TEXT NOT NULL
  ) STRICT;
  CREATE INDEX unsettled_callbacks_of_push ON unsettled_callbacks (sequence, app_id);
`,
  readerIndexesSql: [],
};

/** Callbacks of a session have the names of its stream from there. */
const namesNone = { domain: null, streamId: null };

interface PartColumns {
  readonly sequence: string;
  readonly app_id: string;
  readonly is_refused: 0 | 1;
  readonly session: string;
}

/** The projector's access; `db` is its connection. */
export function prepareUnsettledPushes(db: Database.Database) {
  const isEmpty = db.prepare('SELECT 1 FROM unsettled_pushes LIMIT 1').get() === undefined;
  /** Spares nearly all pushes the search: few are refused, and few callbacks name no account. */
  const sequences = isEmpty ? emptyBloomFilter() : fullBloomFilter;
  const partsOf = db.prepare<[string], PartColumns>('SELECT * FROM unsettled_pushes WHERE sequence = ?');
  const put = prepareUpsert<PartColumns>(db, 'unsettled_pushes');
  const ofPush = 'WHERE sequence = ? AND app_id = ?';
  const remove = db.prepare<[string, string]>(`DELETE FROM unsettled_pushes ${ofPush}`);
  const note = db.prepare<[bigint, string, string, string]>(
    'INSERT INTO unsettled_callbacks (position, sequence, app_id, digest) VALUES (?, ?, ?, ?)',
  );
  const forget = db.prepare<[string, string]>(`DELETE FROM unsettled_callbacks ${ofPush}`);
  const moveCallbacks = db.prepare<[number | null, string | null, string | null, string, string]>(
    `UPDATE callbacks SET session_id = ?, stream_id = ?, domain = ?
     WHERE position IN (SELECT position FROM unsettled_callbacks ${ofPush})`,
  );
  const byDigest = db
    .prepare<[string, string], bigint>('SELECT position FROM unsettled_callbacks WHERE sequence = ? AND digest = ?')
    .pluck()
    .safeIntegers();
  return {
    /** The parts of a sequence; none if all its sessions are settled. */
    partsOf: (sequence: string): readonly PushPart[] =>
      sequences.mayHave(sequence)
        ? partsOf.all(sequence).map((columns) => ({
            session: fromFoldText(columns.session, columns.app_id, sequence),
            isRefused: columns.is_refused === 1,
          }))
        : [],
    put({ session, isRefused }: PushPart): void {
      const { sequence, appId } = session;
      sequences.note(sequence);
      put({ sequence, app_id: appId, is_refused: isRefused ? 1 : 0, session: toFoldText(session) });
    },
    /** Its callbacks never move again. */
    settle({ session: { sequence, appId } }: PushPart): void {
      remove.run(sequence, appId);
      forget.run(sequence, appId);
    },
    noteCallback: (position: bigint, { session: { sequence, appId } }: PushPart, digest: string) =>
      void note.run(position, sequence, appId, digest),
    /** The noted callbacks of a part belong to another session now or, if it is null, only name a stream. */
    moveCallbacks({ session }: PushPart, sessionId: number | null): void {
      const { domain, streamId } = sessionId === null ? sessionViewOf(session) : namesNone;
      moveCallbacks.run(sessionId, streamId, domain, session.sequence, session.appId);
    },
    /** The position of a noted callback. */
    positionOf: (sequence: string, digest: string): bigint | null => byDigest.get(sequence, digest) ?? null,
  };
}
