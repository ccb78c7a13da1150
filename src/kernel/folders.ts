import { closeSync, fsyncSync, openSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Makes a file's content, or a folder's entries, durable. A new file is durable only once its folder's entry is. */
export function fsyncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a folder and its parents if they are missing. Does not use `recursive` of `mkdirSync`, which tries for ever if the
 * system reports an existing folder as missing, as under /proc.
 * @throws Error - of the system, with its code
 */
export function makeFolder(folder: string, mode = 0o777): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  const parent = path.dirname(path.resolve(folder));
  if (found === undefined && parent !== path.resolve(folder)) makeFolder(parent, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
