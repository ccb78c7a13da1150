import { setTimeout as pause } from 'node:timers/promises';
import { lockReader } from '../log/sqlite/data-dir-lock.ts';

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
