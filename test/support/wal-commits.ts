import { readFileSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;

/**
 * The number of commits in SQLite's write-ahead log: frames whose header has the size of the database after a commit
 * (https://www.sqlite.org/fileformat2.html#the_write_ahead_log). Frames of an earlier round have other salts.
 */
export function countWalCommits(walFile: string): number {
  const wal = readFileSync(walFile);
  const frameBytes = frameHeaderBytes + wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  let commits = 0;
  for (let at = headerBytes; at + frameBytes <= wal.length; at += frameBytes) {
    if (wal.subarray(at + 8, at + 16).equals(salts) && wal.readUInt32BE(at + 4) !== 0) commits += 1;
  }
  return commits;
}
