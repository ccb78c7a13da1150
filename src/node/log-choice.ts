import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LogUnusable } from '../log/event-store.ts';
import type { EventStoreDbSettings } from '../log/eventstoredb/connection-string.ts';
import { lockReader } from '../log/sqlite/data-dir-lock.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';

/** The log of a node: the embedded one in the data directory, or one in EventStoreDB. */
export type EventStoreChoice = { readonly kind: 'sqlite' } | ({ readonly kind: 'eventstoredb' } & EventStoreDbSettings);

/** The roles of a node. The embedded log needs both. */
export interface Roles {
  readonly receive: boolean;
  readonly query: boolean;
}

/** Names of read models: as `read-models/` gives them, which this process does not load. */
const readModelName = /^read-model-v\d+(?:-\d+)?\.sqlite$/;

/**
 * Refuses read models without the log that they were built from. A new log beside them would hide that the record is missing.
 * @throws LogUnusable
 */
export function assertLogIsBeside(folder: string): void {
  const bytes = statSync(logFilePath(folder), { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > 0 || !namesIn(folder).some((name) => readModelName.test(name))) return;
  throw new LogUnusable(
    `DATA_DIR ${folder} has read models, but the log that they were built from is missing, or empty: log.sqlite. It is the record itself: put it back, or restore a backup (docs/operations.md#restore). For a new log, choose another DATA_DIR.`,
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

/** The folder of a query node's copy of the log and of the read models built from it. */
export function copyFolder(dataDir: string): string {
  return path.join(dataDir, 'copy');
}

/** The folder of a receiving node's spool. */
export function spoolFolder(dataDir: string): string {
  return path.join(dataDir, 'spool');
}
