import { statSync } from 'node:fs';
import { LogUnusable } from '../log/event-store.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';
import { copyFolder, type EventStoreChoice } from '../node/log-choice.ts';

/** The settings that say where a node has its log. */
export interface LogSettings {
  readonly dataDir: string;
  readonly eventStore: EventStoreChoice;
}

/**
 * The folder in which this node has its log, or its copy of it.
 * @throws LogUnusable - there is none
 */
export function findLogFolder({ dataDir, eventStore }: LogSettings): string {
  const folder = eventStore.kind === 'sqlite' ? dataDir : copyFolder(dataDir);
  if (!hasLog(folder)) throw noLogIn(dataDir);
  return folder;
}

/** Whether a folder has the file of a log, or of a copy of one. An empty file counts as none. */
export function hasLog(folder: string): boolean {
  return (statSync(logFilePath(folder), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The error of a command that needs a log, for the operator. */
export function noLogIn(dataDir: string): LogUnusable {
  return new LogUnusable(`DATA_DIR ${dataDir} has no log. Set DATA_DIR to the folder that the service uses.`);
}
