import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { CommandOutput } from '../../commands/command-output.ts';
import { OperatorError } from '../../kernel/errors.ts';
import type { LogCheck } from '../../log/log-check.ts';
import { checkLogFile } from '../../log/sqlite/log-file-check.ts';
import type { EventStoreChoice } from '../../node/log-choice.ts';
import { spoolFolder } from '../../node/log-choice.ts';

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
  readonly eventStore: EventStoreChoice['kind'];
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
