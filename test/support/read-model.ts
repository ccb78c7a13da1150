import Database from 'better-sqlite3';
import type { RecordedEvent } from '../../src/log/event-store.ts';
import { projectBatch } from '../../src/projecting/project-batch.ts';
import { type ReadModelReader, createReadModelReader } from '../../src/projecting/file/read-model-reader.ts';
import { type ReadModelWriter, createReadModelWriter } from '../../src/projecting/file/read-model-writer.ts';
import {
  openReadModelForReading,
  openReadModelForWriting,
  removeReadModel,
} from '../../src/projecting/file/read-model-file.ts';
import { createFileSource, type ReaderConnection, type ReaderSource } from '../../src/projecting/file/reader-source.ts';
import { openRecordingLogger } from './recording-logger.ts';

/** All rows of all tables; equal dumps are equal read models. */
export type Dump = Readonly<Record<string, readonly Record<string, unknown>[]>>;

/** A read model in a real file, projected by hand. */
export interface TestReadModel {
  readonly db: Database.Database;
  readonly rows: ReadModelWriter;
  readonly logLines: readonly string[];
  /** Projects events as one batch, or in batches of at most `batchEventsMax`. */
  project(events: readonly RecordedEvent[], batchEventsMax?: number): void;
  /** Queries through the readers' side, on a separate connection that is kept for the next query, as in the product. */
  read<Result>(ask: (reader: ReadModelReader) => Result): Result;
  /** Closes the file and opens it again, like a restart. */
  reopen(): void;
  /** Removes the file and creates a new one, like a rebuild. */
  startOver(): void;
  dump(): Dump;
  close(): void;
}

export function openTestReadModel(file: string, logId: string): TestReadModel {
  const { logger, lines } = openRecordingLogger();
  let db = openReadModelForWriting(file, logId);
  let rows = createReadModelWriter(db);
  let reading: ReaderConnection | null = null;
  const open = () => {
    db = openReadModelForWriting(file, logId);
    rows = createReadModelWriter(db);
  };
  const close = () => {
    reading?.db.close();
    reading = null;
    db.close();
  };
  return {
    get db() {
      return db;
    },
    get rows() {
      return rows;
    },
    logLines: lines,
    project(events, batchEventsMax = Math.max(1, events.length)) {
      for (let begin = 0; begin < events.length; begin += batchEventsMax) {
        projectBatch(rows, events.slice(begin, begin + batchEventsMax), logger);
      }
      rows.decideIncidents();
    },
    read(ask) {
      reading ??= openReader(file);
      return ask(reading.reader);
    },
    reopen() {
      close();
      open();
    },
    startOver() {
      close();
      removeReadModel(file);
      open();
    },
    dump: () => dumpOf(db),
    close,
  };
}

function openReader(file: string): ReaderConnection {
  const db = openReadModelForReading(file);
  return { db, limits: null, reader: createReadModelReader(db) };
}

/** The source from which the product's readers read it. */
export function sourceOf({ db }: TestReadModel): ReaderSource {
  return createFileSource(db.name, (reason) => {
    throw new Error(`It is damaged: ${reason}`);
  });
}

export function dumpOf(db: Database.Database): Dump {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();
  return Object.fromEntries(
    tables.map((table) => {
      const all = db.prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`).safeIntegers().all();
      const comparable = all.map((row) =>
        Object.fromEntries(Object.entries(row).map(([column, value]) => [column, comparableOf(value)])),
      );
      return [table, comparable.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))];
    }),
  );
}

/**
 * The rows of a file that a node has left, once its incidents are decided on: a node decides when it has time for it, and may be stopped
 * before. Without when they changed: that is at the end of a transaction, and each node has its own.
 */
export function dumpOfStopped(file: string): Dump {
  const opened = new Database(file, { readonly: true });
  const logId = opened.prepare<[], string>('SELECT log_id FROM progress').pluck().get() ?? '';
  opened.close();
  const db = openReadModelForWriting(file, logId);
  try {
    createReadModelWriter(db).decideIncidents();
    return withoutIncidentChanges(dumpOf(db));
  } finally {
    db.close();
  }
}

/** What nodes of one log have in common, however they came by it. */
export function withoutIncidentChanges({ incidents = [], ...others }: Dump): Dump {
  const unchanged = incidents.map(({ changed_position: _position, changed_ordinal: _ordinal, ...rest }) => rest);
  return { ...others, incidents: unchanged };
}

function comparableOf(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return Buffer.isBuffer(value) ? value.toString('hex') : value;
}
