import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { bytesOfLog, copyLogFile, logFilePath } from '../../log/sqlite/log-file.ts';
import { fsyncPath, measureDiskSpace } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { version } from '../../kernel/product.ts';
import { required, type Command } from '../../commands/command-line.ts';
import { jsonFlag, type CommandOutput } from '../../commands/command-output.ts';
import { hasLog, noLogIn, type LogSettings } from '../../commands/log-folder.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags } from '../../settings/variables.ts';
import {
  checkPart,
  describeCheck,
  digestOfFile,
  partFolder,
  writeManifest,
  type BackupPart,
  type BackupPartName,
} from './manifest.ts';

/** `live-ledger backup`: copies what can't be rebuilt to a new folder. The service may run. */
export const backupCommand: Command = {
  name: 'backup',
  meaning: 'copy the record to a new folder, and check the copy; the service may run',
  flags: {
    ...serviceFlags,
    to: { fallback: '', meaning: 'folder that is made for the backup; it must not exist yet' },
    json: jsonFlag,
  },
  async run(given, output) {
    const to = required(given, 'to', 'the folder of the backup');
    return backup(readSettings(environmentWith(given)), to, output);
  },
};

/**
 * Makes a folder with a copy of the log and of the spool, each of one state, checked and durable. It appears under its name only
 * once it is complete. A log that is damaged already is still copied, and the result is false.
 * @throws LogUnusable, OperatorError - nothing was made
 */
export async function backup(
  { dataDir, eventStore }: LogSettings,
  to: string,
  output: CommandOutput,
): Promise<boolean> {
  const names: BackupPartName[] = eventStore.kind === 'sqlite' ? ['log', 'spool'] : ['spool'];
  const found = names.filter((part) => hasLog(partFolder(dataDir, part)));
  if (eventStore.kind === 'sqlite' && !found.includes('log')) throw noLogIn(dataDir);
  if (found.length === 0) throw new OperatorError(`There is nothing to back up in DATA_DIR. ${elsewhere}`);
  if (existsSync(to))
    throw new OperatorError(`${to} exists already. Name a folder that does not: nothing is overwritten.`);

  const folder = `${path.resolve(to)}.incomplete`;
  makeNewFolder(folder);
  try {
    assertRoom(dataDir, found, folder);
    const parts: BackupPart[] = [];
    for (const part of found) parts.push(await backUpPart(part, { dataDir, folder, output }));
    const createdAt = new Date().toISOString();
    const head = { format: 'live-ledger-backup', formatVersion: 1, productVersion: version, createdAt } as const;
    writeManifest(folder, { ...head, eventStore: eventStore.kind, parts });
    fsyncPath(folder);
    // Fails if the folder has appeared meanwhile, unless it is empty.
    renameSync(folder, to);
    fsyncPath(path.dirname(path.resolve(to)));
    const ending = eventStore.kind === 'sqlite' ? '' : ` ${elsewhere}`;
    output.result(`The backup is ${to}.${ending}`, { backup: to, createdAt, holdsLog: eventStore.kind === 'sqlite' });
    return parts.every(({ damages }) => damages === 0);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

const elsewhere =
  'The log itself is in EventStoreDB: back that up with the means of the server, on one of its nodes. See docs/operations.md.';

interface PartOptions {
  readonly dataDir: string;
  readonly folder: string;
  readonly output: CommandOutput;
}

async function backUpPart(part: BackupPartName, { dataDir, folder, output }: PartOptions): Promise<BackupPart> {
  const target = partFolder(folder, part);
  if (part !== 'log') mkdirSync(target, { mode: 0o700 });
  await copyLogFile(partFolder(dataDir, part), target, ({ pages, pagesTotal }) => {
    output.progress(`${part}: ${pages} of ${pagesTotal} pages copied`, { part, step: 'copy', pages, pagesTotal });
  });
  const found = checkPart(part, target, output);
  const { events, damages } = found;
  const file = logFilePath(target);
  const copied = { part, events, damages, bytes: statSync(file).size, sha256: await digestOfFile(file) };
  output.result(`${part}: ${events} events in ${copied.bytes} bytes: ${describeCheck(found)}`, copied);
  return copied;
}

function makeNewFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem =
      code === 'EEXIST'
        ? `${folder} exists: another backup is being made, or one was interrupted. Then remove it.`
        : `The folder of the backup can't be made: ${message}.`;
    throw new OperatorError(problem, { cause: error });
  }
}

/** Keeps the reserve for callbacks free, also on a disk that is not that of DATA_DIR, because another ledger may use it. */
function assertRoom(dataDir: string, parts: readonly BackupPartName[], folder: string): void {
  const bytes = parts.reduce((sum, part) => sum + bytesOfLog(partFolder(dataDir, part)), 0);
  const { freeBytes, reserveBytes } = measureDiskSpace(folder);
  if (bytes + reserveBytes <= freeBytes) return;
  throw new OperatorError(
    `The disk of the backup has not enough room: ${bytes} bytes are needed, ${freeBytes} are free, and ${reserveBytes} of them are kept for callbacks. Choose another disk, or free some space.`,
  );
}
