import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readObject, readPosition, type JsonObject } from '../callbacks/json-object.ts';
import { LogUnusable } from '../log/event-store.ts';
import type { EventStoreDbSettings } from '../log/eventstoredb/settings.ts';
import type { PrimarySettings } from '../log/primary/primary-source.ts';
import { lockReader } from '../log/sqlite/data-dir-lock.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';
import { systemClock } from '../kernel/clock.ts';
import { build, version } from '../kernel/this-process.ts';

/** A log elsewhere, which a node copies: in EventStoreDB, or on the primary of a standby. */
export type CopiedStoreChoice =
  ({ readonly kind: 'eventstoredb' } & EventStoreDbSettings) | ({ readonly kind: 'primary' } & PrimarySettings);

/** The log of a node: the embedded one in the data directory, or one elsewhere. */
export type EventStoreChoice = { readonly kind: 'sqlite' } | CopiedStoreChoice;

/** The roles of a node. The embedded log needs both. */
export interface Roles {
  readonly receive: boolean;
  readonly query: boolean;
}

/** The folder of a restore, in the data directory; it goes with its end. */
export const restoringName = 'restoring';

/** This file exists while a run of retention is unfinished. */
export const retentionUnfinishedName = 'retention-unfinished';

/** What an interrupted run of retention leaves, and how to go on. */
export const unfinishedRetention = {
  found: 'a run did not come to its end: what it removed may still be in free space of the file of the log',
  whatToDo: 'Stop the service and run `live-ledger retention --apply` again.',
};

/** Whether a run of retention in a folder began and did not finish. */
export const isRetentionUnfinished = (folder: string) => existsSync(path.join(folder, retentionUnfinishedName));

/** Whether a restore into a data directory began and did not finish. */
export const isRestoreUnfinished = (dataDir: string) => existsSync(path.join(dataDir, restoringName));

/** Names of read models: as `read-models/` gives them, which this process does not load. */
const readModelName = /^read-model-v\d+(?:-\d+)?\.sqlite$/;

/**
 * Refuses read models without the log that they were built from, and what an interrupted restore left: a new log beside them would hide
 * that the record is missing.
 * @throws LogUnusable
 */
export function assertLogIsBeside(folder: string): void {
  if (hasLog(folder)) return;
  if (isRestoreUnfinished(folder)) throw noLogIn(folder);
  if (!namesIn(folder).some((name) => readModelName.test(name))) return;
  throw new LogUnusable(
    `DATA_DIR ${folder} has read models, but the log that they were built from is missing, or empty: log.sqlite. It is the record itself: put it back, or restore a backup (docs/backup.md#restore). For a new log, choose another DATA_DIR.`,
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Opening the log makes the folder, or reports why it can't.
    return [];
  }
}

/** Milliseconds between two attempts. */
const tryEveryMs = 20;

/**
 * Waits until no other reader uses the read models of a folder, and locks them: one that is being replaced still answers what
 * it has, and one whose recorder was killed may take a moment to end. Returns how to release them.
 * @throws LogUnusable - the lock can't be made
 */
export async function lockReadModels(folder: string): Promise<() => void> {
  for (;;) {
    const release = lockReader(folder);
    if (release !== null) return release;
    await pause(tryEveryMs);
  }
}

/** Milliseconds that a start waits for EventStoreDB before it continues with what the node has. */
export const firstAnswerMsMax = 3_000;

/** The folder of a query node's copy of a log in EventStoreDB, and of the read models built from it. */
export function copyFolder(dataDir: string): string {
  return path.join(dataDir, 'copy');
}

/** The folder of a receiving node's spool. */
export function spoolFolder(dataDir: string): string {
  return path.join(dataDir, 'spool');
}

/** Says where the log ended when callbacks were taken and no reader has been ready since. */
const firstUnreadFile = 'first-unread.json';

/**
 * Where a new target of forwarding or alerts begins: where the log ended when a recorder opened it, even if that ended before
 * its reader was ready. Call it for each opening of the log.
 */
export function noteFirstUnread(dataDir: string, endPosition: bigint): bigint {
  const noted = readFirstUnread(dataDir);
  if (noted !== null && noted <= endPosition) return noted;
  writeFileSync(path.join(dataDir, firstUnreadFile), JSON.stringify({ position: String(endPosition) }));
  return endPosition;
}

/** Every target has begun, and has its own progress from now on. */
export function forgetFirstUnread(dataDir: string): void {
  rmSync(path.join(dataDir, firstUnreadFile), { force: true });
}

function readFirstUnread(dataDir: string): bigint | null {
  return readPosition(readJsonFile(path.join(dataDir, firstUnreadFile))['position']);
}

/** The JSON object in a file; empty if there is none. */
export function readJsonFile(file: string): JsonObject {
  try {
    return readObject(readFileSync(file));
  } catch {
    return {};
  }
}

/** The settings that say where a node has its log. */
export interface LogSettings {
  readonly dataDir: string;
  /** The folder of the keys of personal data; null by default. */
  readonly personalKeysDir?: string | null;
  readonly eventStore: EventStoreChoice;
}

/** The folder of this node's log, or of its copy of it. That of a standby is where it is once it is promoted. */
export function logFolder({ dataDir, eventStore }: LogSettings): string {
  return eventStore.kind === 'eventstoredb' ? copyFolder(dataDir) : dataDir;
}

/**
 * The folder in which this node has its log, or its copy of it.
 * @throws LogUnusable - there is none
 */
export function findLogFolder({ dataDir, eventStore }: LogSettings): string {
  const folder = logFolder({ dataDir, eventStore });
  if (!hasLog(folder)) throw noLogIn(dataDir);
  return folder;
}

/** Whether a folder has the file of a log, or of a copy of one. An empty file counts as none. */
export function hasLog(folder: string): boolean {
  return (statSync(logFilePath(folder), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The error of a command that needs a log, for the operator: what is there instead, and what to do. */
export function noLogIn(dataDir: string): LogUnusable {
  if (isRestoreUnfinished(dataDir)) {
    return new LogUnusable(
      `A restore into DATA_DIR ${dataDir} was interrupted. Run the same \`live-ledger restore\` again; for a new log instead, choose another DATA_DIR.`,
    );
  }
  return new LogUnusable(`DATA_DIR ${dataDir} has no log. Set DATA_DIR to the folder that the service uses.`);
}

/** What a service says of itself in its data directory, for commands beside it. */
interface ServiceFile {
  readonly version: string;
  readonly build: string;
  /** Of the recorder. */
  readonly pid: number;
  readonly startedAt: string;
}

interface Service {
  readonly dataDir: string;
  readonly roles: Roles;
}

/** One of each role may share a data directory. */
function serviceFileOf({ dataDir, roles }: Service): string {
  const names = [roles.receive && 'receive', roles.query && 'query'].filter((name) => name !== false);
  return path.join(dataDir, `service-${names.join('-')}.json`);
}

/** Says what runs, until `remove`. A service whose disk is full runs without. */
export function noteService(of: Service): { readonly remove: () => void } {
  const file = serviceFileOf(of);
  const said: ServiceFile = { version, build, pid: process.pid, startedAt: new Date(systemClock()).toISOString() };
  try {
    writeFileSync(file, JSON.stringify(said));
  } catch {
    // Only `doctor` reads it.
  }
  return { remove: () => rmSync(file, { force: true }) };
}

/** The service that runs; null: none, or one that did not say so. */
export function readService(of: Service): ServiceFile | null {
  try {
    const service = JSON.parse(readFileSync(serviceFileOf(of), 'utf8')) as ServiceFile;
    return isRunning(service.pid) ? service : null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
