import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../kernel/disk.ts';
import { OperatorError } from '../../kernel/errors.ts';

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

/** `backup.json` in the folder of a whole backup. Later versions must be able to read it. */
interface WholeManifest {
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

/** A file of an incremental backup: what was recorded since the one before, and all that was removed. */
export interface Increment {
  readonly file: string;
  readonly events: number;
  /** Those of them that were damaged already. */
  readonly damaged: number;
  /** It has everything up to this position, whose event has this digest; null if it has none. */
  readonly upTo: number;
  readonly digest: string | null;
  /** How many events had been removed from the log on purpose. */
  readonly removed: number;
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** `backup.json` in the folder of an incremental backup. Later versions must be able to read it. */
export interface IncrementalManifest {
  readonly format: 'live-ledger-backup';
  readonly formatVersion: 2;
  readonly productVersion: string;
  /** When the last increment was made: ISO 8601, UTC. */
  readonly createdAt: string;
  readonly eventStore: 'sqlite';
  readonly logId: string;
  /** In the order in which they were made. */
  readonly increments: readonly Increment[];
}

export type BackupManifest = WholeManifest | IncrementalManifest;

/** The file that says what a folder has; without it the folder is no backup. */
export function manifestFile(folder: string): string {
  return path.join(folder, 'backup.json');
}

/** Durable once it returns. Call it last, because a folder without a manifest is no backup. */
export function writeManifest(folder: string, manifest: BackupManifest): void {
  replaceFile(manifestFile(folder), `${JSON.stringify(manifest, null, 2)}\n`, 0o600);
}

/** @throws OperatorError - the folder is no backup that this version can read */
export function readManifest(folder: string): BackupManifest {
  let manifest: Partial<BackupManifest>;
  try {
    manifest = Object(JSON.parse(readFileSync(manifestFile(folder), 'utf8'))) as Partial<BackupManifest>;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatorError(
      `${folder} is no backup, or not a complete one: its backup.json can't be read${code === undefined ? '' : ` (${code})`}. Name the folder that \`live-ledger backup\` has made, as a user who may read it.`,
      { cause },
    );
  }
  const isWhole = manifest.formatVersion === 1 && areParts(manifest.parts);
  const isIncremental = manifest.formatVersion === 2 && areIncrements(manifest.increments);
  if (manifest.format !== 'live-ledger-backup' || !(isWhole || isIncremental)) {
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

function areIncrements(increments: unknown): boolean {
  if (!Array.isArray(increments) || increments.length === 0) return false;
  return increments.every((given) => {
    const { file, upTo, sha256 } = Object(given) as Partial<Increment>;
    return /^log-\d+\.jsonl\.gz$/.test(String(file)) && Number.isSafeInteger(upTo) && typeof sha256 === 'string';
  });
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
