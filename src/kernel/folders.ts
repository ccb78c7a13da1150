import { closeSync, fsyncSync, openSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Makes the content of a file, or the entries of a folder, durable. A new file is only durable once its folder's entry is. */
export function fsyncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a folder and those that it is in, where they are missing. Not by `recursive` of `mkdirSync`: that tries for ever where
 * the system says that a folder is missing which is there, as under /proc.
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
