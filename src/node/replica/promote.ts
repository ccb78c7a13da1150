import { setTimeout as pause } from 'node:timers/promises';
import type { Author } from '../../log/author.ts';
import { isDataDirInUse } from '../../log/sqlite/data-dir-lock.ts';
import { makeLogOfReplica } from '../../log/sqlite/sqlite-log-replica.ts';
import { noteStandby, readPromotionAuthor, readStandby, withdrawPromotion } from '../standby-file.ts';

/** Milliseconds between two looks at whether the standby that was killed has released DATA_DIR. */
const lookEveryMs = 20;

/**
 * Makes a primary's log of a standby's copy. If it ends at any moment, calling it again completes it.
 * @throws LogUnusable - a process uses DATA_DIR
 */
export function promote(dataDir: string, atMs: number, author: Author): void {
  makeLogOfReplica(dataDir, atMs, { action: 'PROMOTE', author });
  const standby = readStandby(dataDir);
  if (standby !== null) noteStandby(dataDir, { ...standby, promotedAt: new Date(atMs).toISOString() });
  withdrawPromotion(dataDir);
}

/** The same once the standby before, which is ending, has released DATA_DIR. */
export async function promoteOnceFree(dataDir: string, atMs: number): Promise<void> {
  while (isDataDirInUse(dataDir)) await pause(lookEveryMs);
  promote(dataDir, atMs, readPromotionAuthor(dataDir));
}
