import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, readPosition } from '../../callbacks/json-object.ts';

/** Says where the log ended when callbacks were taken and no reader has been ready since. */
const fileName = 'first-unread.json';

/**
 * Where a new target of forwarding or alerts begins: where the log ended when a recorder opened it, even if that ended before
 * its reader was ready. Call it for each opening of the log.
 */
export function noteFirstUnread(dataDir: string, endPosition: bigint): bigint {
  const noted = read(dataDir);
  if (noted !== null && noted <= endPosition) return noted;
  writeFileSync(path.join(dataDir, fileName), JSON.stringify({ position: String(endPosition) }));
  return endPosition;
}

/** Every target has begun, and has its own progress from now on. */
export function forgetFirstUnread(dataDir: string): void {
  rmSync(path.join(dataDir, fileName), { force: true });
}

function read(dataDir: string): bigint | null {
  try {
    const noted: unknown = JSON.parse(readFileSync(path.join(dataDir, fileName), 'utf8'));
    return isJsonObject(noted) ? readPosition(noted['position']) : null;
  } catch {
    // There is none.
    return null;
  }
}
