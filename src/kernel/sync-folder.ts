import { closeSync, fsyncSync, openSync } from 'node:fs';

/** A new file is only durable once its directory entry is. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
