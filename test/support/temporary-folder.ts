import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A test's own folder. `remove` leaves nothing behind. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** Linux's file system in memory: an fsync there takes no time, however slow or busy the disk is. */
const inMemory = '/dev/shm';

/** Bytes that must be free there: containers often get 64 MB, which a few read models would fill. */
const freeBytesMin = 2 * 1024 ** 3;

export function makeTemporaryFolder(): TemporaryFolder {
  const folder = mkdtempSync(path.join(hasRoomInMemory() ? inMemory : tmpdir(), 'live-ledger-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function hasRoomInMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync(inMemory);
    return bavail * bsize >= freeBytesMin;
  } catch {
    return false;
  }
}
