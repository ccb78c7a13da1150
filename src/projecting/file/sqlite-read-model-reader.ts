import type Database from 'better-sqlite3';
import path from 'node:path';
import type { Page, PageRequest } from '../../lists/listing.ts';
import type { ReadModelReader } from '../read-model-reader.ts';
import type { PoisonedEvent } from '../rows.ts';
import { prepareCallbackList } from '../../callbacks/callback-list.ts';
import { readModelName, versionOf } from './read-model-file.ts';
import type { ReadableList } from '../../lists/sql/list-definition.ts';
import { readPage } from '../../lists/sql/read-page.ts';
import { createSqliteOperatorFactReader } from '../../facts/operator-fact-table.ts';
import { quarantineList } from '../../quarantine/quarantine-table.ts';
import { createSqliteQuarantineReader } from '../../quarantine/quarantine-table.ts';
import { prepareTaskList } from '../../relay/tables/relay-task-list.ts';
import { createSqliteRelayTaskReader } from '../../relay/tables/task-reader-table.ts';
import { createSqlitePastReader } from '../../lists/sql/past-reader.ts';
import { prepareRows, prepareTransaction, type Columns as FoundColumns } from './statements.ts';
import { createSqliteChangeReader } from './sqlite-change-reader.ts';
import { lastHeardSql } from '../../sessions/stream-session-table.ts';
import { prepareTimeline } from '../../callbacks/timeline-table.ts';
import { prepareSessionList } from '../../sessions/stream-session-list.ts';

/** Reads the read models in SQLite; `db` is a read-only connection. */
export function createSqliteReadModelReader(db: Database.Database): ReadModelReader {
  const sessions = prepareSessionList(db);
  const tasks = prepareTaskList(db);
  const callbacks = prepareCallbackList(db);
  const selectSession = `SELECT ${sessions.columnNames} FROM stream_sessions`;
  const sql = {
    logId: db.prepare<[], string>('SELECT log_id FROM progress').pluck(),
    checkpoint: db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers(),
    poisoned: db.prepare<[number], { position: number; stream_name: string; reason: string }>(
      'SELECT position, stream_name, reason FROM poisoned ORDER BY position DESC LIMIT +?',
    ),
    sessionById: prepareRows(db, `${selectSession} WHERE id = ?`),
    lastHeardAt: db.prepare<[number], number>(`SELECT ${lastHeardSql} FROM stream_sessions WHERE id = ?`).pluck(),
    sessionsBySequence: prepareRows(
      db,
      `${selectSession} WHERE sequence = ? AND (? IS NULL OR app_id = ?) ORDER BY app_id LIMIT +?`,
    ),
    callbackByPosition: db.prepare<[bigint], FoundColumns>(
      `SELECT ${callbacks.columnNames} FROM callbacks WHERE position = ?`,
    ),
  };
  const inTransaction = prepareTransaction(db);
  const page = <Field extends string, Order extends string, Columns extends object, Row>(
    list: ReadableList<Field, Order, Columns, Row>,
    request: PageRequest<Field, Order>,
  ): Page<Row> => inTransaction(() => ({ ...readPage(db, list, request), checkpoint: sql.checkpoint.get() ?? null }));

  const callbackByPosition: ReadModelReader['callbackByPosition'] = (position) => {
    const columns = sql.callbackByPosition.get(position);
    return columns === undefined ? null : callbacks.toRow(columns);
  };
  const relay = createSqliteRelayTaskReader(db, { toSession: sessions.toRow, toTask: tasks.toRow });
  return {
    name: readModelName,
    // The file's version: an older file may answer while the newest is built.
    version: versionOf(db).version,
    buildName: path.basename(db.name),
    logId: sql.logId.get() ?? '',
    checkpoint: () => sql.checkpoint.get() ?? null,
    poisoned: (rowsMax) =>
      sql.poisoned.all(rowsMax).map(({ position, stream_name, reason }): PoisonedEvent => ({
        position: BigInt(position),
        streamName: stream_name,
        reason,
      })),
    streamSessionById(id) {
      const [columns] = sql.sessionById.all([id]);
      return columns === undefined ? null : sessions.toRow(columns);
    },
    lastHeardAtMs: (sessionRow) => sql.lastHeardAt.get(sessionRow) ?? null,
    streamSessionsBySequence: (sequence, appId, rowsMax) =>
      sql.sessionsBySequence.all([sequence, appId, appId, rowsMax]).map(sessions.toRow),
    timeline: prepareTimeline(db, { relay, callbackByPosition }),
    callbackByPosition,
    streamSessions: (request) => page(sessions, request),
    callbacks: (request) => page(callbacks, request),
    relay,
    past: createSqlitePastReader(db, relay),
    quarantine: createSqliteQuarantineReader(db),
    operatorFacts: createSqliteOperatorFactReader(db),
    relayTasks: (request) => page(tasks, request),
    quarantined: (request) => page(quarantineList, request),
    changes: createSqliteChangeReader(db, { sessions, tasks, callbacks }),
  };
}
