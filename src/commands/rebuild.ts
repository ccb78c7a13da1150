import { existsSync, renameSync } from 'node:fs';
import { LogUnusable } from '../event-store/errors.ts';
import type { EventBatch, EventStore } from '../event-store/event-store.ts';
import { logFilePath } from '../event-store/sqlite/log-file.ts';
import { openSqliteEventStore } from '../event-store/sqlite/sqlite-event-store.ts';
import { systemClock } from '../kernel/clock.ts';
import { projectBatch } from '../projections/project-batch.ts';
import { openReadModelForWriting, readModelFileName, removeReadModel } from '../read-models/sqlite/read-model-file.ts';
import { createSqliteReadModelWriter } from '../read-models/sqlite/sqlite-read-model-writer.ts';
import { createProcessLogger } from './process-logger.ts';
import { readSettings } from './settings.ts';

/** Events in one transaction of a rebuild: nobody else waits for this process, so they are many. */
const rebuildBatchEventsMax = 5_000;

export interface Progress {
  readonly events: number;
  readonly eventsTotal: number;
}

/**
 * `rebuild`: builds the read models from the whole log, beside the present ones, and puts them in their place once they are
 * complete. The log is only read.
 * @throws LogUnusable - there is no log, it is in use, or it can't be read; the present read models stay as they are
 */
export async function rebuild(environment: NodeJS.ProcessEnv, onProgress: (progress: Progress) => void): Promise<void> {
  const { dataDir, logLevel } = readSettings(environment);
  if (!existsSync(logFilePath(dataDir))) {
    throw new LogUnusable(`DATA_DIR ${dataDir} holds no log. Set DATA_DIR to the folder that the service uses.`);
  }
  const logger = createProcessLogger(logLevel);
  const store = openSqliteEventStore(dataDir, systemClock);
  const file = readModelFileName(dataDir);
  const beside = `${file}.rebuilding`;
  try {
    removeReadModel(beside);
    const db = openReadModelForWriting(beside, store.logId);
    try {
      const rows = createSqliteReadModelWriter(db);
      await projectAll(store, (batch) => projectBatch(rows, batch, logger), onProgress);
      // One file to rename: what is in the write-ahead log goes into it first.
      db.pragma('journal_mode = DELETE');
    } finally {
      db.close();
    }
    removeReadModel(file);
    renameSync(beside, file);
  } finally {
    removeReadModel(beside);
    await store.close();
  }
}

async function projectAll(
  store: EventStore,
  project: (batch: EventBatch) => void,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const eventsTotal = (await store.lagAfter(null)).events;
  const { signal } = new AbortController();
  let events = 0;
  for await (const batch of store.followAll({ after: null, batchEventsMax: rebuildBatchEventsMax, signal })) {
    project(batch);
    events += batch.events.length;
    onProgress({ events, eventsTotal });
    if (batch.caughtUp) return;
  }
}
