import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { required, type Command } from '../../commands/command-line.ts';
import { jsonFlag, type CommandOutput } from '../../commands/command-output.ts';
import { fsyncPath, measureDiskSpace } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';
import { version } from '../../kernel/this-process.ts';
import type { LogCheck } from '../../log/event-digest.ts';
import { checkLogFile } from '../../log/sqlite/digest-chain.ts';
import { bytesOfLog, copyLogFile, logFilePath } from '../../log/sqlite/log-file.ts';
import { hasLog, noLogIn, spoolFolder, type LogSettings } from '../../node/data-dir.ts';
import { readSettings } from '../../settings/settings.ts';
import { environmentWith, serviceFlags } from '../../settings/variables.ts';

/** A part of a backup: the embedded log, or the spool of one in EventStoreDB. */
export type BackupPartName = 'log' | 'spool';

/** A file of a backup, with what a restore compares. */
export interface BackupPart {
  readonly part: BackupPartName;
  readonly events: number;
  /** Findings of `verify`: damage that the log had already. */
  readonly damages: number;
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
}

/** `backup.json` in the folder of a backup. Later versions must be able to read it. */
export interface BackupManifest {
  readonly format: 'live-ledger-backup';
  readonly formatVersion: 1;
  /** The version of the product that made it. */
  readonly productVersion: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** The kind of log. One in EventStoreDB is not in the backup. */
  readonly eventStore: 'sqlite' | 'eventstoredb';
  readonly parts: readonly BackupPart[];
}

const manifestName = 'backup.json';

/** The folder of a part, in a data directory and in a backup alike, so that `verify` reads either. */
export function partFolder(folder: string, part: BackupPartName): string {
  return part === 'log' ? folder : spoolFolder(folder);
}

/** Call it last, because a folder without a manifest is no backup. */
export function writeManifest(folder: string, manifest: BackupManifest): void {
  const descriptor = openSync(path.join(folder, manifestName), 'wx', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(manifest, null, 2)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws OperatorError - the folder is no backup that this version can read */
export function readManifest(folder: string): BackupManifest {
  let manifest: Partial<BackupManifest>;
  try {
    manifest = Object(JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8'))) as Partial<BackupManifest>;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatorError(
      `${folder} is no backup, or not a complete one: its ${manifestName} can't be read${code === undefined ? '' : ` (${code})`}. Name the folder that \`live-ledger backup\` has made, as a user who may read it.`,
      { cause },
    );
  }
  const { format, formatVersion, parts } = manifest;
  if (format !== 'live-ledger-backup' || Number(formatVersion) !== 1 || !areParts(parts)) {
    throw new OperatorError(
      `${folder} is no backup that this version can read. Restore it with the version that made it.`,
    );
  }
  return manifest as BackupManifest;
}

/** Whether the parts can be restored. A backup without any would be restored as an empty ledger. */
function areParts(parts: unknown): boolean {
  if (!Array.isArray(parts) || parts.length === 0) return false;
  return parts.every((given) => {
    const { part, damages, sha256 } = Object(given) as Partial<BackupPart>;
    return (part === 'log' || part === 'spool') && typeof damages === 'number' && typeof sha256 === 'string';
  });
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
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
    fsyncPath(folder);
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
