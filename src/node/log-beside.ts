import { readdirSync, statSync } from 'node:fs';
import { LogUnusable } from '../log/errors.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';

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
