import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the content of a file, or the entries of a folder, durable. A new file is only durable once its folder's entry is. */
export function fsyncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
