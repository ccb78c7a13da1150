import { readFileSync } from 'node:fs';

/** Files and sockets that this process may have open at a time (`ulimit -n`); null where nothing says so: Linux alone does. */
export function readOpenFilesMax(): number | null {
  try {
    const [, max] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return max === undefined ? null : Number(max);
  } catch {
    return null;
  }
}
