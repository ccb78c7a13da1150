import { LogUnusable } from '../event-store/errors.ts';
import type { EventBatch, EventReader } from '../event-store/event-store.ts';
import { projectBatch } from '../projections/project-batch.ts';
import { readModelFileName, removeReadModel } from '../read-models/sqlite/file/read-model-file.ts';
import {
  makeReaderIndexes,
  openReadModelForFilling,
  replaceReadModel,
} from '../read-models/sqlite/file/read-model-replacement.ts';
import { createSqliteReadModelWriter } from '../read-models/sqlite/sqlite-read-model-writer.ts';
import { createProcessLogger } from './process-logger.ts';
import { copyLogAnew, openLogForRebuild } from './rebuild-log.ts';
import { readSettings } from './settings.ts';

/** Events in one transaction of a rebuild: nobody else waits for this process, and most sessions begin and end in one. */
export const rebuildBatchEventsMax = 20_000;

export interface Progress {
  readonly events: number;
  readonly eventsTotal: number;
  /** Once all events are projected: indexes for readers. */
  readonly indexes: number;
  readonly indexesTotal: number | null;
}

/**
 * `rebuild`: builds the read models from the whole log, beside the present ones, and puts them in their place once they are
 * complete. The log is only read. A rebuild that is cut off at any moment leaves the present ones as they were. With
 * `fromLog` the node's copy of a log in EventStoreDB is given up before, and made again.
 * @throws LogUnusable - there is no log, it is in use, or it can't be read; the present read models stay as they are
 */
export async function rebuild(
  environment: NodeJS.ProcessEnv,
  onProgress: (progress: Progress) => void,
  { fromLog }: { readonly fromLog: boolean } = { fromLog: false },
): Promise<void> {
  const settings = readSettings(environment);
  const { dataDir, eventStore, logLevel } = settings;
  const logger = createProcessLogger(logLevel);
  if (fromLog) {
    if (eventStore.kind === 'sqlite') {
      throw new LogUnusable('--from-log is for EventStoreDB: the embedded log is no copy. Leave it out.');
    }
    await copyLogAnew(dataDir, eventStore, logger);
  }
  const log = openLogForRebuild(settings);
  const { store, folder } = log;
  const file = readModelFileName(folder);
  const beside = `${file}.rebuilding`;
  try {
    removeReadModel(beside);
    const db = openReadModelForFilling(beside, store.logId);
    try {
      const rows = createSqliteReadModelWriter(db);
      const told = await projectAll(store, (batch) => projectBatch(rows, batch, logger), onProgress);
      for (const indexes of makeReaderIndexes(db)) onProgress({ ...told, ...indexes });
    } finally {
      db.close();
    }
    replaceReadModel(file, beside);
  } finally {
    removeReadModel(beside);
    await log.close();
  }
}

async function projectAll(
  store: EventReader,
  project: (batch: EventBatch) => void,
  onProgress: (progress: Progress) => void,
): Promise<Progress> {
  const eventsTotal = (await store.lagAfter(null)).events;
  const { signal } = new AbortController();
  let progress: Progress = { events: 0, eventsTotal, indexes: 0, indexesTotal: null };
  for await (const batch of store.followAll({ after: null, batchEventsMax: rebuildBatchEventsMax, signal })) {
    project(batch);
    progress = { ...progress, events: progress.events + batch.events.length };
    onProgress(progress);
    if (batch.caughtUp) break;
  }
  return progress;
}
