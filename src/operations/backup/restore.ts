import { copyFileSync, chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { LogCheck } from '../../log/event-digest.ts';
import { filesOfLocks, lockDataDir } from '../../log/sqlite/data-dir-lock.ts';
import { logFilePath, makeSingleFile } from '../../log/sqlite/log-file.ts';
import { beginLog } from '../../log/sqlite/sqlite-event-store.ts';
import { hasReplica, makeLogOfReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import { systemClock } from '../../kernel/clock.ts';
import { commandAuthor } from '../../log/author.ts';
import { describeDiskFault, fsyncPath, makeFolder } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { required, type Command, jsonFlag, type CommandOutput } from '../../commands/command-line.ts';
import { restoringName, type LogSettings } from '../../node/data-dir.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags } from '../../settings/variables.ts';
import { checkPart, describeCheck, partFolder } from './backup.ts';
import { copyIncrements } from './increments.ts';
import {
  digestOfFile,
  readManifest,
  type BackupManifest,
  type BackupPart,
  type IncrementalManifest,
} from './manifest.ts';

/** `live-ledger restore`: puts a backup into an empty data directory. */
export const restoreCommand: Command = {
  name: 'restore',
  meaning: 'put a backup into an empty DATA_DIR, as a new epoch; the service must not run',
  flags: {
    ...serviceFlags,
    from: { fallback: '', meaning: 'folder that `live-ledger backup` has made' },
    json: jsonFlag,
  },
  async run(given, output) {
    const from = required(given, 'from', 'the folder of the backup');
    return restore(readSettings(environmentWith(given)), from, output);
  },
};

/** An empty data directory may have locks, and what an interrupted restore has left. */
const harmless = new Set([...filesOfLocks, restoringName]);

/**
 * Copies a backup, compares its digest, begins an epoch in the copy, and checks every event. Only then does the log appear in
 * DATA_DIR, so that no service can start on it without its new epoch. A log that was damaged when it was backed up is restored as
 * it is, and the result is false.
 * @throws LogUnusable - DATA_DIR is in use
 * @throws OperatorError - DATA_DIR has data, or the backup is not what was made; DATA_DIR has no log then
 */
export async function restore(
  { dataDir, eventStore }: LogSettings,
  from: string,
  output: CommandOutput,
): Promise<boolean> {
  const manifest = readManifest(from);
  if (eventStore.kind === 'primary') throw new OperatorError(isStandby);
  if (manifest.eventStore !== eventStore.kind) throw new OperatorError(otherStore(manifest));
  makeFolder(dataDir, 0o700);
  let isSound: boolean;
  const unlock = lockDataDir(dataDir);
  const restoring = path.join(dataDir, restoringName);
  try {
    const found = readdirSync(dataDir).filter((name) => !harmless.has(name));
    if (found.length > 0) {
      throw new OperatorError(
        `DATA_DIR ${dataDir} is not empty: nothing is overwritten. Move what is in it away, or set DATA_DIR to another folder.`,
      );
    }
    rmSync(restoring, { recursive: true, force: true });
    mkdirSync(restoring, { mode: 0o700 });
    if (manifest.formatVersion === 2) {
      isSound = await restoreIncrements(manifest, { from, restoring, output });
      moveToDataDir('log', restoring, dataDir);
    } else {
      const { parts } = manifest;
      for (const part of parts) await restorePart(part, { from, restoring, output });
      // The log last, so that DATA_DIR has none if the restore is interrupted.
      for (const { part } of parts.toReversed()) moveToDataDir(part, restoring, dataDir);
      isSound = parts.every(({ damages }) => damages === 0);
    }
  } finally {
    rmSync(restoring, { recursive: true, force: true });
    unlock();
  }
  output.result(
    `DATA_DIR ${dataDir} has the backup of ${manifest.createdAt}, in a new epoch: cursors from before are refused. Start the service.`,
    { restored: dataDir, createdAt: manifest.createdAt },
  );
  return isSound;
}

const isStandby = 'A standby copies the log of its primary. Leave PRIMARY_URL out to restore a backup as a primary.';

function otherStore({ eventStore }: BackupManifest): string {
  return eventStore === 'sqlite'
    ? 'This is a backup of an embedded log. Leave EVENT_STORE_URL out to restore it.'
    : 'This is a backup of a node with EventStoreDB. Set EVENT_STORE_URL as that node had it.';
}

interface RestoreOptions {
  readonly from: string;
  readonly restoring: string;
  readonly output: CommandOutput;
}

async function restorePart(backedUp: BackupPart, { from, restoring, output }: RestoreOptions): Promise<void> {
  const { part, sha256 } = backedUp;
  const source = logFilePath(partFolder(from, part));
  if (!existsSync(source)) throw new OperatorError(`The ${part} is missing in ${from}. ${takeAnother}`);
  const folder = partFolder(restoring, part);
  if (part !== 'log') mkdirSync(folder, { mode: 0o700 });
  const file = logFilePath(folder);
  copyFromBackup(part, source, file);
  chmodSync(file, 0o600);
  if ((await digestOfFile(file)) !== sha256) {
    throw new OperatorError(`The ${part} in ${from} is not what was backed up: its digest differs. ${takeAnother}`);
  }
  // A backup of a standby has a copy of a log.
  const begunBy = restoredNow();
  const isBegun = hasReplica(folder) === true && makeLogOfReplica(folder, systemClock(), begunBy);
  if (!isBegun) beginLog(folder, { clock: systemClock, logger: silentLogger, isRestored: true, begunBy }).close();
  makeSingleFile(folder);
  const found = checkPart(part, folder, output);
  // A log that was damaged when it was backed up is restored with the same findings.
  if (found.damages !== backedUp.damages) throw notWhatWasCopied(part, found);
  fsyncPath(file);
  output.result(`${part}: ${found.events} events: ${describeCheck(found)}`, { part, ...found });
}

const restoredNow = () => ({ action: 'RESTORE', author: commandAuthor() }) as const;

async function restoreIncrements(
  manifest: IncrementalManifest,
  { from, restoring, output }: RestoreOptions,
): Promise<boolean> {
  await copyIncrements(from, manifest, restoring);
  makeLogOfReplica(restoring, systemClock(), restoredNow());
  makeSingleFile(restoring);
  const found = checkPart('log', restoring, output);
  const damaged = manifest.increments.reduce((sum, increment) => sum + increment.damaged, 0);
  if (found.damages > damaged) throw notWhatWasCopied('log', found);
  fsyncPath(logFilePath(restoring));
  output.result(`log: ${found.events} events: ${describeCheck(found)}`, { part: 'log', ...found });
  return found.damages === 0;
}

function notWhatWasCopied(part: BackupPart['part'], found: LogCheck): OperatorError {
  return new OperatorError(
    `The ${part} that was copied is ${describeCheck(found)}. Nothing was restored: check the disk.`,
  );
}

function copyFromBackup(part: BackupPart['part'], source: string, file: string): void {
  try {
    copyFileSync(source, file);
  } catch (error) {
    if (describeDiskFault(error) !== null) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new OperatorError(`The ${part} in ${source} can't be read (${code}). Restore it as a user who may.`, {
      cause: error,
    });
  }
}

const takeAnother = 'Nothing was restored: take another backup.';

function moveToDataDir(part: BackupPart['part'], restoring: string, dataDir: string): void {
  const target = partFolder(dataDir, part);
  if (part !== 'log') {
    renameSync(partFolder(restoring, part), target);
    fsyncPath(target);
  } else {
    renameSync(logFilePath(restoring), logFilePath(target));
  }
  fsyncPath(dataDir);
}
