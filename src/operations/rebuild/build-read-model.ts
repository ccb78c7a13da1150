import type { EventBatch, EventReader } from '../../log/event-store.ts';
import type { Logger } from '../../kernel/logger.ts';
import { createIncidentDecisions } from '../../projecting/projector.ts';
import { projectBatch } from '../../projecting/project-batch.ts';
import {
  endFilling,
  makeReaderIndexes,
  openReadModelForFilling,
  readModelFileName,
  removeReadModel,
  replaceReadModel,
} from '../../projecting/file/read-model-file.ts';
import { createReadModelWriter } from '../../projecting/file/read-model-writer.ts';

/** Events in one transaction of a rebuild. No reader waits for it, and most sessions begin and end within one. */
export const rebuildBatchEventsMax = 20_000;

/** The progress of a rebuild. */
export interface Progress {
  readonly events: number;
  readonly eventsTotal: number;
  /** Indexes for readers, which are built once all events are projected. */
  readonly indexes: number;
  readonly indexesTotal: number | null;
}

interface BuildOptions {
  readonly onProgress: (progress: Progress) => void;
  readonly logger: Logger;
}

/** Builds a read model from the whole log, as the first file of this version, which no process may have open. Resolves with its path. */
export async function buildReadModel(
  store: EventReader,
  folder: string,
  { onProgress, logger }: BuildOptions,
): Promise<string> {
  const file = readModelFileName(folder);
  const newFile = `${file}.rebuilding`;
  try {
    removeReadModel(newFile);
    const db = openReadModelForFilling(newFile, store.logId);
    try {
      const rows = createReadModelWriter(db);
      const decisions = createIncidentDecisions(rows, logger);
      const project = (batch: EventBatch) => {
        rows.roomForEvents();
        projectBatch(rows, batch.events, logger);
        decisions.decideIfDue();
      };
      const projected = await projectAll(store, project, onProgress);
      rows.decideIncidents();
      for (const indexes of makeReaderIndexes(db)) onProgress({ ...projected, ...indexes });
      endFilling(db);
    } finally {
      db.close();
    }
    replaceReadModel(file, newFile);
    return file;
  } finally {
    removeReadModel(newFile);
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
