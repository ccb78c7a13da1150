import { LogUnusable } from '../../log/event-store.ts';
import { lockReadModelBuilds } from '../../log/sqlite/data-dir-lock.ts';
import { makeFolder } from '../../kernel/disk.ts';
import { SettingsInvalid } from '../../settings/settings-reader.ts';
import { removeReadModels } from '../../projecting/file/read-models-on-disk.ts';
import { copyFolder } from '../../node/log-choice.ts';
import type { LostEvents } from '../../node/replica/restored-log.ts';
import { buildReadModel, type Progress } from './build-read-model.ts';
import { createProcessLogger } from '../../commands/process-logger.ts';
import { findLogFolder } from '../../commands/log-folder.ts';
import { copyLogAgain, openLogForRebuild } from './rebuild-log.ts';
import { rebuildOnline } from './rebuild-online.ts';
import type { Command } from '../../commands/command-line.ts';
import { jsonFlag } from '../../commands/command-output.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags, type Environment } from '../../settings/variables.ts';

export interface RebuildOptions {
  /** Copies a log in EventStoreDB again first. */
  readonly fromLog?: boolean;
  /** Called if the log lacks events that the present read models have. */
  readonly onLost?: (lost: LostEvents) => void;
}

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
    if (eventStore.kind === 'sqlite') {
      throw new LogUnusable('--from-log is for EventStoreDB only: the embedded log is not a copy. Leave it out.');
    }
    makeFolder(copyFolder(dataDir));
  }
  // First, so that no epoch begins and nothing is copied while another command has the lock.
  const unlock = lockReadModelBuilds(fromLog ? copyFolder(dataDir) : findLogFolder(settings));
  try {
    if (fromLog && eventStore.kind !== 'sqlite') await copyLogAgain(dataDir, eventStore, logger);
    const log = openLogForRebuild(settings);
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
