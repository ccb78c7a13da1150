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
import { copyLogAgain, openLogForRebuild } from './rebuild-log.ts';
import { exitStatus, type Command } from './command-line.ts';
import { readSettings } from './settings.ts';
import { environmentWith, serviceFlags, type Environment } from './variables.ts';

/** Events in one transaction of a rebuild: no reader waits for it, and most sessions begin and end within one. */
export const rebuildBatchEventsMax = 20_000;

export interface Progress {
  readonly events: number;
  readonly eventsTotal: number;
  /** Indexes for readers, which are built once all events are projected. */
  readonly indexes: number;
  readonly indexesTotal: number | null;
}

/** `live-ledger rebuild`: replaces the read models by new ones, built from the log while the service is stopped. */
export const rebuildCommand: Command = {
  name: 'rebuild',
  meaning: 'build the read models again from the log; the service must not run',
  flags: {
    ...serviceFlags,
    json: { fallback: null, meaning: 'progress as JSON lines on standard output' },
    'from-log': {
      fallback: null,
      meaning: 'with EventStoreDB: begin a new epoch and copy the whole log again, as after restoring it from a backup',
    },
  },
  async run(given) {
    const environment = environmentWith(given);
    const fromLog = given['from-log'] === true;
    if (given['json'] === true) {
      await rebuild(environment, (progress) => process.stdout.write(`${JSON.stringify(progress)}\n`), { fromLog });
      return exitStatus.done;
    }
    const isTerminal = process.stderr.isTTY;
    let last = '';
    await rebuild(
      environment,
      (progress) => {
        last = describeProgress(progress);
        if (isTerminal) process.stderr.write(`\r${last}`);
      },
      { fromLog },
    );
    process.stderr.write(isTerminal ? '\n' : `${last}\n`);
    return exitStatus.done;
  },
};

function describeProgress({ events, eventsTotal, indexes, indexesTotal }: Progress): string {
  const percent = eventsTotal === 0 ? 100 : Math.floor((events / eventsTotal) * 100);
  const built = indexesTotal === null ? '' : `, ${indexes} of ${indexesTotal} indexes`;
  return `rebuild: ${events} of ${eventsTotal} events, ${percent} %${built}`;
}

/**
 * Builds the read models from the whole log in a new file, and replaces the present one with it once it is complete. A
 * rebuild that is interrupted at any moment leaves the present one or the new one, each complete. The log is only read,
 * unless `fromLog` copies a log in EventStoreDB again first.
 * @throws SettingsInvalid
 * @throws LogUnusable - there is no log, it is in use, or it can't be read; the present read models are unchanged
 */
export async function rebuild(
  environment: Environment,
  onProgress: (progress: Progress) => void,
  { fromLog }: { readonly fromLog: boolean } = { fromLog: false },
): Promise<void> {
  const settings = readSettings(environment);
  const { dataDir, eventStore, logLevel } = settings;
  const logger = createProcessLogger(logLevel);
  if (fromLog) {
    if (eventStore.kind === 'sqlite') {
      throw new LogUnusable('--from-log is for EventStoreDB only: the embedded log is not a copy. Leave it out.');
    }
    await copyLogAgain(dataDir, eventStore, logger);
  }
  const log = openLogForRebuild(settings);
  const { store, folder } = log;
  const file = readModelFileName(folder);
  const newFile = `${file}.rebuilding`;
  try {
    removeReadModel(newFile);
    const db = openReadModelForFilling(newFile, store.logId);
    try {
      const rows = createSqliteReadModelWriter(db);
      const projected = await projectAll(store, (batch) => projectBatch(rows, batch, logger), onProgress);
      for (const indexes of makeReaderIndexes(db)) onProgress({ ...projected, ...indexes });
    } finally {
      db.close();
    }
    replaceReadModel(file, newFile);
  } finally {
    removeReadModel(newFile);
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
