import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  openReadModelForFilling,
  openReadModelForReading,
  openReadModelForWriting,
  replaceReadModel,
} from '../../../src/projecting/file/read-model-file.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let file: string;
let complete: string;

beforeEach(() => {
  folder = makeTemporaryFolder();
  file = path.join(folder.path, 'read-model.sqlite');
  complete = `${file}.rebuilding`;
});
afterEach(() => {
  folder.remove();
});

/** A read model whose last change is in its write-ahead log only, as a kill leaves it. */
function leaveKilled(): void {
  const killed = path.join(folder.path, 'killed.sqlite');
  const db = openReadModelForWriting(killed, 'old');
  db.prepare('UPDATE progress SET position = 7').run();
  for (const suffix of ['', '-wal']) copyFileSync(killed + suffix, file + suffix);
  db.close();
}

function progressIn(): unknown {
  const db = openReadModelForReading(file);
  try {
    return db.prepare('SELECT log_id, position FROM progress').get();
  } finally {
    db.close();
  }
}

/** A folder instead of the complete file can't be renamed to a file: everything is done except the last step. */
function cutOffBeforeRenaming(): void {
  mkdirSync(complete);
  expect(() => {
    replaceReadModel(file, complete);
  }).toThrow(/ENOTDIR/);
}

describe('a read model that is replaced by a complete one', () => {
  test('is removed, with the files beside it', () => {
    leaveKilled();
    openReadModelForFilling(complete, 'new').close();
    replaceReadModel(file, complete);
    expect(progressIn()).toEqual({ log_id: 'new', position: null });
    expect(readdirSync(folder.path).sort()).toEqual(['killed.sqlite', path.basename(file)]);
  });

  test('is whole until the last step: what its write-ahead log had is in it', () => {
    leaveKilled();
    cutOffBeforeRenaming();
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(progressIn()).toEqual({ log_id: 'old', position: 7 });
  });

  test('is given up with its write-ahead log where the two can not be brought together', () => {
    writeFileSync(file, 'no database');
    writeFileSync(`${file}-wal`, 'left over');
    openReadModelForFilling(complete, 'new').close();
    replaceReadModel(file, complete);
    expect(progressIn()).toEqual({ log_id: 'new', position: null });
    expect(readdirSync(folder.path)).toEqual([path.basename(file)]);
  });
});
