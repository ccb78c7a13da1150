import { LogUnusable } from '../../log/event-store.ts';
import { isDataDirInUse, lockReadModelBuilds } from '../../log/sqlite/data-dir-lock.ts';
import { openEventsWith } from '../../log/sealing/key-files.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { delay } from '../../kernel/clock.ts';
import { openReadModelForReading, readModelVersion, versionOf } from '../../projecting/file/read-model-file.ts';
import {
  readModelsIn,
  isRebuildRequested,
  requestRebuild,
  withdrawRebuildRequest,
} from '../../projecting/file/read-models-on-disk.ts';
import { buildReadModel, type Progress } from './build-read-model.ts';
import { findLogFolder } from '../../node/data-dir.ts';
import { createProcessLogger } from '../../commands/process-logger.ts';
import { readSettings } from '../../settings/settings.ts';
import type { Environment } from '../../settings/variables.ts';

/** Milliseconds between two checks of what the service has built. */
const lookEveryMs = 200;

/** Milliseconds for the service to read the request. It checks twice a second. */
const answerMsMax = 15_000;

/**
 * Asks the service that runs on the data directory to build its read models again beside those that answer, and resolves once the
 * new ones answer. If the service is of another version, builds those of this version here, for its successor.
 * @throws LogUnusable - there is no log, no service runs or it does not answer, the service ends first, or another command rebuilds or removes
 */
export async function rebuildOnline(environment: Environment, onProgress: (progress: Progress) => void): Promise<void> {
  const settings = readSettings(environment);
  const { dataDir, personalKeysDir, logLevel } = settings;
  const folder = findLogFolder(settings);
  if (!isDataDirInUse(folder)) {
    throw new LogUnusable(`No Live Ledger process uses DATA_DIR ${dataDir}. Leave --online out.`);
  }
  const unlock = lockReadModelBuilds(folder);
  const store = new SqliteEventReader(folder, openEventsWith(personalKeysDir));
  try {
    if (ofThisVersion(folder).length === 0) {
      await buildReadModel(store, folder, { onProgress, logger: createProcessLogger(logLevel) });
    } else await askService(store, folder, onProgress);
  } finally {
    store.close();
    unlock();
  }
}

async function askService(
  store: SqliteEventReader,
  folder: string,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const before = newestCompleteBuild(folder);
  requestRebuild(folder);
  const { signal } = new AbortController();
  const deadlineMs = performance.now() + answerMsMax;
  while (isRebuildRequested(folder)) {
    if (performance.now() > deadlineMs) {
      withdrawRebuildRequest(folder);
      throw new LogUnusable(
        'The service did not answer: it may be of another version, or still be starting. Try again.',
      );
    }
    await delay(lookEveryMs, signal);
  }
  while (newestCompleteBuild(folder) <= before) {
    if (!isDataDirInUse(folder)) {
      throw new LogUnusable('The service has stopped. It goes on building the read models when it is started again.');
    }
    onProgress(await progressOf(store, folder));
    await delay(lookEveryMs, signal);
  }
  const { events } = await store.lagAfter(null);
  onProgress({ events, eventsTotal: events, indexes: 0, indexesTotal: null });
}

function ofThisVersion(folder: string) {
  return readModelsIn(folder).filter(({ version }) => version === readModelVersion);
}

/** 0 if there is none. */
function newestCompleteBuild(folder: string): number {
  return ofThisVersion(folder).find(({ file }) => look(file)?.isComplete === true)?.build ?? 0;
}

async function progressOf(store: SqliteEventReader, folder: string): Promise<Progress> {
  const [newest] = ofThisVersion(folder);
  const position = newest === undefined ? null : (look(newest.file)?.position ?? null);
  const eventsTotal = (await store.lagAfter(null)).events;
  const left = (await store.lagAfter(position)).events;
  return { events: Math.max(0, eventsTotal - left), eventsTotal, indexes: 0, indexesTotal: null };
}

/** Null if the file can't be read, for example because it was just removed. */
function look(file: string): { readonly isComplete: boolean; readonly position: bigint | null } | null {
  try {
    const db = openReadModelForReading(file);
    try {
      const position =
        db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers().get() ?? null;
      return { isComplete: versionOf(db).isComplete, position };
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}
