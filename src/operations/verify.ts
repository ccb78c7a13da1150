import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CheckProgress, LogCheck } from '../log/event-digest.ts';
import { checkLogFile } from '../log/sqlite/digest-chain.ts';
import { SqliteEventReader } from '../log/sqlite/sqlite-event-reader.ts';
import { describeUnfinished, readUnfinishedImport, type UnfinishedImport } from '../log/ledger-events.ts';
import { copyFolder, hasLog, noLogIn, spoolFolder } from '../node/data-dir.ts';
import { type Command, jsonFlag, type CommandOutput } from '../commands/command-line.ts';
import { parseDataDirToRead } from '../settings/receiving-settings.ts';
import { readSettings } from '../settings/settings.ts';
import { environmentWith, serviceFlags, type Environment } from '../settings/variables.ts';
import { OperatorError } from '../kernel/errors.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';

/** A checked part: the embedded log, or the one in EventStoreDB, its copy, and the spool. */
export type VerifiedPart = 'log' | 'EventStoreDB' | 'copy' | 'spool';

interface VerifyOutput {
  readonly onProgress: (part: VerifiedPart, progress: CheckProgress) => void;
  readonly onChecked: (part: VerifiedPart, found: LogCheck) => void;
  readonly onUnfinished: (unfinished: UnfinishedImport) => void;
}

/** `live-ledger verify`: checks every event against its digest. The service may run, because it only reads. */
export const verifyCommand: Command = {
  name: 'verify',
  meaning: 'check that every event is what was recorded, and that none is missing; the service may run',
  flags: {
    ...serviceFlags,
    json: { ...jsonFlag, meaning: 'progress and findings as JSON lines on standard output' },
  },
  run: (given, output) => verify(environmentWith(given), verifyOutput(output)),
};

/**
 * Checks every part that exists, and resolves with whether all are sound, and no import is unfinished.
 * @throws SettingsInvalid
 * @throws LogUnusable - there is nothing to check, or it can't be read
 */
export async function verify(environment: Environment, output: VerifyOutput): Promise<boolean> {
  const { onProgress, onChecked, onUnfinished } = output;
  const { dataDir, eventStore } = readSettings(environment, parseDataDirToRead);
  const parts = foldersOf(dataDir).filter(({ folder }) => hasLog(folder));
  if (parts.length === 0 && eventStore.kind !== 'eventstoredb') throw noLogIn(dataDir);
  let isSound = true;
  let unfinished: UnfinishedImport | null = null;
  const checked = (part: VerifiedPart, found: LogCheck) => {
    onChecked(part, found);
    isSound &&= found.damages === 0;
  };
  if (eventStore.kind === 'eventstoredb') {
    // The client of EventStoreDB is loaded only if it is needed.
    const { checkServerLog } = await import('../log/eventstoredb/server-check.ts');
    checked('EventStoreDB', await checkServerLog(eventStore, (progress) => onProgress('EventStoreDB', progress)));
  }
  for (const { part, folder } of parts) {
    const log = openReadableLog(folder);
    try {
      const checking = checkLogFile(log.folder);
      let step = checking.next();
      for (; step.done !== true; step = checking.next()) onProgress(part, step.value);
      checked(part, step.value);
      if (part !== 'spool') unfinished ??= await unfinishedImportIn(log.folder);
    } finally {
      log.remove();
    }
  }
  if (unfinished === null) return isSound;
  onUnfinished(unfinished);
  return false;
}

/** The import that the log in a folder says is unfinished; null: none. */
export async function unfinishedImportIn(folder: string): Promise<UnfinishedImport | null> {
  const reader = new SqliteEventReader(folder);
  try {
    return await readUnfinishedImport(reader);
  } finally {
    reader.close();
  }
}

function foldersOf(dataDir: string): { readonly part: VerifiedPart; readonly folder: string }[] {
  return [
    { part: 'log', folder: dataDir },
    { part: 'copy', folder: copyFolder(dataDir) },
    { part: 'spool', folder: spoolFolder(dataDir) },
  ];
}

function verifyOutput(output: CommandOutput): VerifyOutput {
  return {
    onProgress(part, progress) {
      const { events, position, endPosition } = progress;
      const percent = endPosition === 0n ? 100n : (position * 100n) / endPosition;
      output.progress(`verify: ${part}, ${events} events, ${percent} %`, { part, ...progress });
    },
    onChecked: (part, found) => output.result(`${part}: ${describe(found)}`, { part, ...found }),
    onUnfinished: (unfinished) => output.result(describeUnfinished(unfinished), { unfinishedImport: unfinished }),
  };
}

function describe({ events, eventsWithoutDigest, damages, firstDamage, removedByRetention }: LogCheck): string {
  const removed =
    removedByRetention === undefined
      ? ''
      : `; ${removedByRetention.events} more were removed by retention, the last of its records is at position ${removedByRetention.lastRecordAt}`;
  const without = eventsWithoutDigest === 0 ? '' : `, ${eventsWithoutDigest} of an earlier version, without a digest`;
  if (firstDamage === null) return `${events} events${without}: sound${removed}`;
  return `${events} events${without}: DAMAGED, ${damages === 1 ? '1 finding' : `${damages} findings`}. The first: position ${firstDamage.position} ${firstDamage.problem}${removed}`;
}

/**
 * The folder itself, or a copy of its log in TMPDIR if it is on a disk that can only be read: to read a file that a service wrote last,
 * SQLite must be able to write beside it. A backup is one file, and needs no copy. `remove` removes what was made.
 * @throws OperatorError - TMPDIR has no room for the copy
 */
function openReadableLog(folder: string) {
  const file = logFilePath(folder);
  if (!isReadOnly(folder) || !hasWriteAheadLog(file)) return { folder, remove: () => undefined };
  const copy = mkdtempSync(path.join(tmpdir(), 'live-ledger-'));
  const remove = () => {
    rmSync(copy, { recursive: true, force: true });
  };
  try {
    copyFileSync(file, logFilePath(copy));
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${logFilePath(copy)}-wal`);
    return { folder: copy, remove };
  } catch (cause) {
    remove();
    throw new OperatorError(
      `${folder} is on a disk that can only be read, so its log is copied to ${tmpdir()} to be read, which failed (${(cause as NodeJS.ErrnoException).code}). Set TMPDIR to a folder with room for it.`,
      { cause },
    );
  }
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

/** Byte 18 of a file of SQLite: 2 with a write-ahead log (https://www.sqlite.org/fileformat.html). */
function hasWriteAheadLog(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(19);
    readSync(descriptor, head, 0, head.byteLength, 0);
    return head[18] === 2;
  } finally {
    closeSync(descriptor);
  }
}
