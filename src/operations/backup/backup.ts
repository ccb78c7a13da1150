import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { required, type Command, jsonFlag, type CommandOutput } from '../../commands/command-line.ts';
import { fsyncPath, measureDiskSpace } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { version } from '../../kernel/this-process.ts';
import type { LogCheck } from '../../log/event-digest.ts';
import { checkLogFile } from '../../log/sqlite/digest-chain.ts';
import { bytesOfLog, copyLogFile, logFilePath } from '../../log/sqlite/log-file.ts';
import { hasLog, noLogIn, spoolFolder, type LogSettings } from '../../node/data-dir.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags } from '../../settings/variables.ts';
import { addIncrement } from './increments.ts';
import { digestOfFile, writeManifest, type BackupPart, type BackupPartName } from './manifest.ts';

/** The folder of a part, in a data directory and in a backup alike, so that `verify` reads either. */
export function partFolder(folder: string, part: BackupPartName): string {
  return part === 'log' ? folder : spoolFolder(folder);
}

/** Checks every event of a copied log by its digest, as `verify` does. */
export function checkPart(part: BackupPartName, folder: string, output: CommandOutput): LogCheck {
  const checking = checkLogFile(folder);
  let step = checking.next();
  for (; step.done !== true; step = checking.next()) {
    const { events, endPosition } = step.value;
    output.progress(`${part}: ${events} events checked`, { part, step: 'check', events, endPosition });
  }
  return step.value;
}

/** The result of a check, in words for the operator. */
export function describeCheck({ damages, firstDamage }: LogCheck): string {
  if (firstDamage === null) return 'sound';
  return `DAMAGED, findings: ${damages}. The first: position ${firstDamage.position} ${firstDamage.problem}`;
}

/** `live-ledger backup`: copies what can't be rebuilt to a new folder. The service may run. */
export const backupCommand: Command = {
  name: 'backup',
  meaning: 'copy the record to a new folder, and check the copy; the service may run',
  flags: {
    ...serviceFlags,
    to: {
      fallback: '',
      meaning: 'folder that is made for the backup; it must not exist yet, unless it is incremental',
    },
    incremental: {
      fallback: null,
      meaning: 'add what is new since the last incremental backup in the folder; the first one has everything',
    },
    json: jsonFlag,
  },
  async run(given, output) {
    const to = required(given, 'to', 'the folder of the backup');
    const settings = readSettings(environmentWith(given));
    return given['incremental'] === true ? addIncrement(settings, to, output) : backup(settings, to, output);
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
  const isEmbedded = eventStore.kind !== 'eventstoredb';
  const names: BackupPartName[] = isEmbedded ? ['log', 'spool'] : ['spool'];
  const found = names.filter((part) => hasLog(partFolder(dataDir, part)));
  if (isEmbedded && !found.includes('log')) throw noLogIn(dataDir);
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
    writeManifest(folder, { ...head, eventStore: isEmbedded ? 'sqlite' : 'eventstoredb', parts });
    // Fails if the folder has appeared meanwhile, unless it is empty.
    renameSync(folder, to);
    fsyncPath(path.dirname(path.resolve(to)));
    const ending = isEmbedded ? '' : ` ${elsewhere}`;
    output.result(`The backup is ${to}.${ending}`, { backup: to, createdAt, holdsLog: isEmbedded });
    return parts.every(({ damages }) => damages === 0);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

const elsewhere =
  'The log itself is in EventStoreDB: back that up with the means of the server, on one of its nodes. See docs/backup.md.';

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
