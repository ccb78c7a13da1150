import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of its own for a test. `remove` leaves nothing behind. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** A file system in memory, as Linux has one: there an fsync takes no time, however slow or busy the disk is. */
const inMemory = '/dev/shm';

/** Bytes that must be free there: containers are often given 64 MB, which a few read models would fill. */
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
