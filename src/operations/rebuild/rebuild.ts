import { type Command, jsonFlag } from '../../commands/command-line.ts';
import { createProcessLogger } from '../../commands/process-logger.ts';
import { systemClock, delay } from '../../kernel/clock.ts';
import { makeFolder } from '../../kernel/disk.ts';
import { commandAuthor } from '../../log/author.ts';
import type { Logger } from '../../kernel/logger.ts';
import { LogUnusable } from '../../log/event-store.ts';
import type { EventStoreDbSettings } from '../../log/eventstoredb/settings.ts';
import { Replication } from '../../log/replication.ts';
import { lockReadModelBuilds, isDataDirInUse } from '../../log/sqlite/data-dir-lock.ts';
import { openEventsWith } from '../../log/sealing/key-files.ts';
import { SqliteEventReader } from '../../log/sqlite/sqlite-event-reader.ts';
import { openSqliteEventStore } from '../../log/sqlite/sqlite-event-store.ts';
import { openSqliteLogReplica, removeSqliteLogReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import { copyFolder, findLogFolder, type LogSettings } from '../../node/data-dir.ts';
import { leaveEntry } from '../../audit/keeping/left-entries.ts';
import { compareWithReadModel, type LostEvents } from '../../projecting/file/restored-log.ts';
import {
  removeReadModels,
  readModelsIn,
  isRebuildRequested,
  requestRebuild,
  withdrawRebuildRequest,
} from '../../projecting/file/read-models-on-disk.ts';
import { SettingsInvalid } from '../../settings/settings-reader.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags, type Environment } from '../../settings/variables.ts';
import { buildReadModel, type Progress } from './build-read-model.ts';
import { openReadModelForReading, readModelVersion, versionOf } from '../../projecting/file/read-model-file.ts';

/** `live-ledger rebuild`: builds new read models from the log. Without `--online` the service must not run. */
export const rebuildCommand: Command = {
  name: 'rebuild',
  meaning: 'build the read models again from the log; without --online the service must not run',
  flags: {
    ...serviceFlags,
    online: {
      fallback: null,
      meaning:
        'while the service runs: beside the read models that answer, which are replaced once the new ones are complete',
    },
    json: { ...jsonFlag, meaning: 'progress as JSON lines on standard output' },
    'from-log': {
      fallback: null,
      meaning: 'with EventStoreDB: begin a new epoch and copy the whole log again, as after restoring it from a backup',
    },
  },
  async run(given, output) {
    const environment = environmentWith(given);
    const fromLog = given['from-log'] === true;
    const isOnline = given['online'] === true;
    if (isOnline && fromLog) {
      throw new SettingsInvalid([
        '--online and --from-log exclude each other: stop the service to copy the log again.',
      ]);
    }
    const onLost = (lost: LostEvents) => process.stderr.write(`${describeLost(lost)}\n`);
    let last = '';
    const onProgress = (progress: Progress) => {
      last = describeProgress(progress);
      output.progress(last, progress);
    };
    await (isOnline ? rebuildOnline(environment, onProgress) : rebuild(environment, onProgress, { fromLog, onLost }));
    const { dataDir, eventStore } = readSettings(environment);
    // Otherwise the epoch that it has begun says so.
    if (isOnline || eventStore.kind !== 'sqlite') leaveEntry(dataDir, 'REBUILD');
    // A terminal shows the last line already.
    if (given['json'] !== true) process.stderr.write(process.stderr.isTTY ? '\n' : `${last}\n`);
    return true;
  },
};

function describeLost({ eventsLost, callbacksLost, firstLost, lastLost }: LostEvents): string {
  const when = firstLost === null ? '' : `, recorded from ${firstLost} to ${lastLost ?? firstLost}`;
  return `rebuild: the log lacks ${eventsLost} events that the present read models were built from, ${callbacksLost} of them callbacks${when}: it is an older copy`;
}

function describeProgress({ events, eventsTotal, indexes, indexesTotal }: Progress): string {
  const percent = eventsTotal === 0 ? 100 : Math.floor((events / eventsTotal) * 100);
  const built = indexesTotal === null ? '' : `, ${indexes} of ${indexesTotal} indexes`;
  return `rebuild: ${events} of ${eventsTotal} events, ${percent} %${built}`;
}

interface RebuildOptions {
  /** Copies a log in EventStoreDB again first. */
  readonly fromLog?: boolean;
  /** Called if the log lacks events that the present read models have. */
  readonly onLost?: (lost: LostEvents) => void;
}

/**
 * Builds the read models from the whole log in a new file, which replaces the present one once it is complete. A rebuild that is
 * interrupted at any moment leaves the present file or the new one, complete. The embedded log begins an epoch, because it may
 * have been restored from an older copy. With EventStoreDB the copy is only read, unless `fromLog` copies it again first.
 * @throws SettingsInvalid
 * @throws LogUnusable - there is no log, it is in use, or it can't be read; the present read models are unchanged
 * @throws DiskNearlyFull - as above
 */
export async function rebuild(
  environment: Environment,
  onProgress: (progress: Progress) => void,
  { fromLog = false, onLost = () => undefined }: RebuildOptions = {},
): Promise<void> {
  const settings = readSettings(environment);
  const { dataDir, eventStore, logLevel } = settings;
  const logger = createProcessLogger(logLevel);
  if (fromLog) {
    if (eventStore.kind !== 'eventstoredb') {
      throw new LogUnusable('--from-log is for EventStoreDB only. Leave it out.');
    }
    makeFolder(copyFolder(dataDir));
  }
  // First, so that no epoch begins and nothing is copied while another command has the lock.
  const unlock = lockReadModelBuilds(fromLog ? copyFolder(dataDir) : findLogFolder(settings));
  try {
    if (fromLog && eventStore.kind === 'eventstoredb') await copyLogAgain(dataDir, eventStore, logger);
    const log = await openLogForRebuild(settings);
    const { store, folder, lost } = log;
    try {
      if (lost !== null) onLost(lost);
      const file = await buildReadModel(store, folder, { onProgress, logger });
      // Those of other versions may have been built from events that this log no longer has.
      removeReadModels(folder, (found) => found.file !== file);
    } finally {
      await log.close();
    }
  } finally {
    unlock();
  }
}

/**
 * Opens the log that a rebuild reads, locked so that no service can use it until `close`. `folder` has the read models; `lost`
 * are events that the present ones have and the log does not, null if there are none or that is unknown.
 * @throws LogUnusable - there is no log, it is in use, or it can't be read
 */
async function openLogForRebuild(settings: LogSettings) {
  const { dataDir, eventStore, personalKeysDir = null } = settings;
  const openEvent = openEventsWith(personalKeysDir);
  const folder = findLogFolder(settings);
  if (eventStore.kind === 'sqlite') {
    // An epoch always begins: a rebuild may follow a restore that no comparison shows.
    const begunBy = { action: 'REBUILD', author: commandAuthor() } as const;
    const store = openSqliteEventStore(dataDir, systemClock, { isRestored: true, openEvent, begunBy });
    const compared = await compareWithReadModel(folder, store, store.openedAt);
    return { store, folder, lost: compared.kind === 'older' ? compared.lost : null, close: () => store.close() };
  }
  const copy = openSqliteLogReplica(folder);
  try {
    const store = new SqliteEventReader(folder, openEvent);
    const close = () => {
      store.close();
      copy.close();
    };
    return { store, folder, lost: null, close };
  } catch (error) {
    copy.close();
    throw error;
  }
}

/**
 * Begins a new epoch, deletes the node's copy of the log with the read models built from it, and copies the whole log again. For
 * a log that was restored from a backup, or replaced by another one.
 * @throws LogUnusable - the server does not answer and nothing was changed, the log is damaged, or the copy is in use
 */
async function copyLogAgain(dataDir: string, settings: EventStoreDbSettings, logger: Logger): Promise<void> {
  // The client of EventStoreDB is loaded only if it is needed.
  const { beginNextEpoch } = await import('../../log/eventstoredb/ledger-identity.ts');
  const { openEventStoreDbSource } = await import('../../log/eventstoredb/replica-source.ts');
  const folder = copyFolder(dataDir);
  const before = openSqliteLogReplica(folder);
  const copied = before.identity();
  before.close();
  try {
    await beginNextEpoch(settings, copied);
  } catch (error) {
    if (error instanceof LogUnusable) throw error;
    // The client's own message may contain addresses.
    throw new LogUnusable(
      'EventStoreDB does not answer, or does not let this user write. Nothing was changed. Check the server and EVENT_STORE_URL.',
      { cause: error },
    );
  }
  removeReadModels(folder, () => true);
  removeSqliteLogReplica(folder);
  const copy = openSqliteLogReplica(folder);
  const replication = new Replication({ source: openEventStoreDbSource(settings), replica: copy, logger });
  try {
    await replication.caughtUp();
  } finally {
    await replication.stop();
    copy.close();
  }
}

/** Milliseconds between two checks of what the service has built. */
const lookEveryMs = 200;

/** Milliseconds for the service to read the request. It checks twice a second. */
const answerMsMax = 15_000;

/**
 * Asks the service that runs on the data directory to build its read models again beside those that answer, and resolves once the
 * new ones answer. If the service is of another version, builds those of this version here, for its successor.
 * @throws LogUnusable - there is no log, no service runs or it does not answer, the service ends first, or another command rebuilds or removes
 */
async function rebuildOnline(environment: Environment, onProgress: (progress: Progress) => void): Promise<void> {
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
