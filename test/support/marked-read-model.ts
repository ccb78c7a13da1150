import type Database from 'better-sqlite3';
import { expect } from '@jest/globals';
import { copyFileSync, cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import { openReadModelForWriting, readModelFileName } from '../../src/projecting/file/read-model-file.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** The row by which a test knows the read model that was there before. */
const mark = { position: -1n, streamName: 'mark', reason: 'before' };

/** Marks the read model of this folder. */
export function markPresent(dataDir: string): void {
  const file = readModelFileName(dataDir);
  const db = openReadModelForWriting(file, 'unused');
  db.prepare('INSERT INTO poisoned VALUES (?, ?, ?)').run(mark.position, mark.streamName, mark.reason);
  // As after a kill: the mark is in the write-ahead log only.
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, `${file}${suffix}.copy`);
  db.close();
  for (const suffix of ['', '-wal']) cpSync(`${file}${suffix}.copy`, file + suffix);
}

/** What is there, and whether the mark is in it. Of a copy: looking must not mend anything. */
export function lookAt<Found>(
  dataDir: string,
  look: (db: Database.Database) => Found,
): { found: Found; isMarked: boolean } {
  const file = readModelFileName(dataDir);
  const copies = makeTemporaryFolder();
  try {
    const copy = path.join(copies.path, 'copy.sqlite');
    for (const suffix of ['', '-wal']) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
    const db = openReadModelForWriting(copy, 'none was there');
    try {
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      const isMarked = db.prepare('DELETE FROM poisoned WHERE position = ?').run(mark.position).changes === 1;
      return { found: look(db), isMarked };
    } finally {
      db.close();
    }
  } finally {
    copies.remove();
  }
}
