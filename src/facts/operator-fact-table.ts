import type Database from 'better-sqlite3';
import { foldFacts, type FactSubject, type RecordedFact } from './operator-fact-events.ts';
import type { AsRead, ReadModelPart } from '../projecting/file/statements.ts';

/** What operators stated, each statement with the session or task that it is about. */
export const operatorFactTables: ReadModelPart = {
  version: 1,
  tablesSql: `
  CREATE TABLE operator_facts (
    position     INTEGER PRIMARY KEY,
    event_id     TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    subject_type TEXT    NOT NULL,
    app_id       TEXT    NOT NULL,
    subject_key  TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    stated_by    TEXT,
    stated_at    INTEGER NOT NULL,
    ended_at     INTEGER,
    -- Of a withdrawal: the event id of the fact.
    withdraws    TEXT
  ) STRICT;
  CREATE UNIQUE INDEX operator_facts_of_subject ON operator_facts (app_id, subject_key, subject_type, event_id);
`,
  readerIndexesSql: [],
};

function toFactColumns(fact: RecordedFact) {
  const { position, eventId, kind, subject, text, by, atMs } = fact;
  return {
    position,
    event_id: eventId,
    kind,
    subject_type: subject.type,
    app_id: subject.appId,
    subject_key: subject.key,
    text,
    stated_by: by,
    stated_at: atMs,
    ended_at: kind === 'WITHDRAWN' ? null : fact.endedAtMs,
    withdraws: kind === 'WITHDRAWN' ? fact.withdraws : null,
  };
}

type FactColumns = AsRead<ReturnType<typeof toFactColumns>>;

function toRecordedFact(columns: FactColumns): RecordedFact {
  const { kind, subject_type: type, app_id: appId, subject_key: key, withdraws } = columns;
  const stated = {
    position: BigInt(columns.position),
    eventId: columns.event_id,
    subject: { type, appId, key },
    text: columns.text,
    by: columns.stated_by,
    atMs: columns.stated_at,
  };
  return kind === 'WITHDRAWN'
    ? { ...stated, kind, withdraws: withdraws ?? '' }
    : { ...stated, kind, endedAtMs: columns.ended_at };
}

/** The part of a table for the positions of the facts about a session or a task, up to a position. */
export const factPositionsSql = (type: FactSubject['type'], table: string, key: string) =>
  `SELECT fact.position, 1 AS deliveries FROM ${table} AS subject
   JOIN operator_facts AS fact
     ON fact.app_id = subject.app_id AND fact.subject_key = subject.${key} AND fact.subject_type = '${type}'
   WHERE subject.id = ? AND fact.position <= ? ORDER BY fact.position LIMIT +?`;

function prepareOf(db: Database.Database) {
  const of = db.prepare<[string, string, string], FactColumns>(
    'SELECT * FROM operator_facts WHERE app_id = ? AND subject_key = ? AND subject_type = ?',
  );
  return ({ type, appId, key }: FactSubject) => foldFacts(of.all(appId, key, type).map(toRecordedFact));
}

/** The projector's statements for facts of operators. */
export function prepareOperatorFactWriter(db: Database.Database) {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO operator_facts
       (position, event_id, kind, subject_type, app_id, subject_key, text, stated_by, stated_at, ended_at, withdraws)
     VALUES
       (@position, @event_id, @kind, @subject_type, @app_id, @subject_key, @text, @stated_by, @stated_at, @ended_at, @withdraws)`,
  );
  const of = prepareOf(db);
  /** Checked for each new session; most logs have no facts at all. Only this connection writes. */
  let mayHaveAny = db.prepare('SELECT 1 FROM operator_facts LIMIT 1').get() !== undefined;
  return {
    /** False if this event is already stored: an event id may be in the log twice. */
    insert(fact: RecordedFact): boolean {
      mayHaveAny = true;
      return insert.run(toFactColumns(fact)).changes === 1;
    },
    of: (subject: FactSubject) => (mayHaveAny ? of(subject) : []),
  };
}

/** The readers' statements for facts of operators; `db` is a read-only connection. */
export function prepareOperatorFactReader(db: Database.Database) {
  const of = prepareOf(db);
  const count = db
    .prepare<[string, string, string], number>(
      'SELECT count(*) FROM operator_facts WHERE app_id = ? AND subject_key = ? AND subject_type = ?',
    )
    .pluck();
  const at = db.prepare<[bigint, string], FactColumns>(
    'SELECT * FROM operator_facts WHERE position = ? AND event_id = ?',
  );
  return {
    of,
    /** The number of facts and withdrawals about a subject. */
    countOf: ({ type, appId, key }: FactSubject) => count.get(appId, key, type) ?? 0,
    /** A fact by its event, with its subject. Null: there is none, or it is a withdrawal. */
    at({ position, eventId }: Pick<RecordedFact, 'position' | 'eventId'>) {
      const columns = at.get(position, eventId);
      if (columns === undefined) return null;
      const { subject } = toRecordedFact(columns);
      const fact = of(subject).find((one) => one.eventId === eventId);
      return fact === undefined ? null : { subject, fact };
    },
  };
}
