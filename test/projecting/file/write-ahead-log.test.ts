import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import path from 'node:path';
import { measureDiskSpace } from '../../../src/kernel/disk.ts';
import { openReadModelForReading, openReadModelForWriting } from '../../../src/projecting/file/read-model-file.ts';
import { boundWriteAheadLog } from '../../../src/projecting/file/read-model-writer.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const bytesMax = 1_000_000;

let folder: TemporaryFolder;
let db: Database.Database;
beforeEach(() => {
  folder = makeTemporaryFolder();
  db = openReadModelForWriting(path.join(folder.path, 'rows.sqlite'), 'log');
  db.exec('CREATE TABLE pieces (bytes BLOB)');
});
afterEach(() => {
  db.close();
  folder.remove();
});

const walBytes = () => statSync(`${db.name}-wal`).size;
const write = (pieces: number) => {
  const insert = db.prepare('INSERT INTO pieces VALUES (zeroblob(100000))');
  for (let piece = 0; piece < pieces; piece += 1) insert.run();
};

test('is made short again after a large transaction', () => {
  const wal = boundWriteAheadLog(db, bytesMax);
  db.transaction(() => write(50))();
  expect(walBytes()).toBeGreaterThan(2 * bytesMax);
  wal.bound();
  expect(walBytes()).toBe(0);
});

test('stays within its bound while nobody reads', () => {
  const wal = boundWriteAheadLog(db, bytesMax);
  for (let round = 0; round < 100; round += 1) {
    write(1);
    wal.bound();
    expect(walBytes()).toBeLessThanOrEqual(2 * bytesMax + 200_000);
  }
});

test('is emptied when a reader of an older state has finished; until then nothing fails, and nothing is lost', () => {
  db.pragma('busy_timeout = 0');
  const wal = boundWriteAheadLog(db, bytesMax, 10);
  const reader = openReadModelForReading(db.name);
  const count = () => reader.prepare('SELECT count(*) FROM pieces').pluck().get();
  reader.exec('BEGIN');
  expect(count()).toBe(0);
  write(60);
  wal.bound();
  expect(walBytes()).toBeGreaterThan(4 * bytesMax);
  expect(count()).toBe(0);
  reader.exec('COMMIT');
  boundWriteAheadLog(db, bytesMax).bound();
  expect(walBytes()).toBe(0);
  expect(count()).toBe(60);
  reader.close();
});

test('leaves room: as many events as surely fit into what is free beside the reserve', () => {
  const { freeBytes, reserveBytes } = measureDiskSpace(folder.path);
  const room = boundWriteAheadLog(db).roomForEvents();
  expect(room).toBeGreaterThan(0);
  expect(room * 4_096).toBeLessThan(freeBytes - reserveBytes);
});
