import { pino } from 'pino';
import type { EventBatch, EventStore } from '../event-store/event-store.ts';
import { openSqliteEventStore } from '../event-store/sqlite/sqlite-event-store.ts';
import { systemClock } from '../kernel/clock.ts';
import { projectBatch } from '../projections/projector.ts';
import { openReadModelForWriting, readModelFileName, removeReadModel } from '../read-models/sqlite/read-model-file.ts';
import { createSqliteReadModelWriter } from '../read-models/sqlite/sqlite-read-model-writer.ts';
import { readSettings } from './settings.ts';

/** Events in one transaction of a rebuild: nobody else waits for this process, so they are many. */
const rebuildBatchEventsMax = 5_000;

/** `rebuild`: drops the read models and builds them from the log. The log is only read. */
export async function rebuild(environment: NodeJS.ProcessEnv, onProgress: (progress: Progress) => void): Promise<void> {
  const { dataDir, logLevel } = readSettings(environment);
  const logger = pino({ level: logLevel, base: null });
  const store = openSqliteEventStore(dataDir, systemClock);
  try {
    const file = readModelFileName(dataDir);
    removeReadModel(file);
    const db = openReadModelForWriting(file, store.logId);
    try {
      const rows = createSqliteReadModelWriter(db);
      const project = (batch: EventBatch) => {
        projectBatch(rows, batch, logger);
      };
      await projectAll(store, project, onProgress);
    } finally {
      db.close();
    }
  } finally {
    await store.close();
  }
}

export interface Progress {
  readonly events: number;
  readonly eventsTotal: number;
}

async function projectAll(
  store: EventStore,
  project: (batch: EventBatch) => void,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const eventsTotal = (await store.lagAfter(null)).events;
  const abort = new AbortController();
  let events = 0;
  for await (const batch of store.followAll({
    after: null,
    batchEventsMax: rebuildBatchEventsMax,
    signal: abort.signal,
  })) {
    project(batch);
    events += batch.events.length;
    onProgress({ events, eventsTotal });
    if (batch.caughtUp) return;
  }
}
