import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import {
  makeReaderIndexes,
  endFilling,
  openReadModelForFilling,
  readModelFileName,
} from '../../../src/projecting/file/read-model-file.ts';
import { createFileSource } from '../../../src/projecting/file/reader-source.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let file: string;
beforeEach(() => {
  folder = makeTemporaryFolder();
  file = readModelFileName(folder.path);
  const db = openReadModelForFilling(file, 'log');
  Array.from(makeReaderIndexes(db));
  endFilling(db);
  db.close();
});
afterEach(() => folder.remove());

const neverDamaged = (reason: string) => {
  throw new Error(reason);
};

test('a file that was filled is in WAL mode, so that whoever opens it to write locks no reader out', () => {
  const other = new Database(file, { readonly: true });
  expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
  other.close();
});

test('a file that another program has locked is refused for now, and read again once it is free', () => {
  const source = createFileSource(file, neverDamaged);
  const other = new Database(file);
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('BEGIN EXCLUSIVE');
  expect(() => source.open()).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
  other.exec('COMMIT');
  other.close();
  const { db } = source.open();
  db.close();
});
