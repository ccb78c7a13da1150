import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LogUnusable, StoreUnavailable } from '../../../src/log/event-store.ts';
import { openLogFile } from '../../../src/log/sqlite/log-file.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import { newEvent, readLog } from '../../support/log-events.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('the file of the embedded log', () => {
  let folder: TemporaryFolder;
  let file: string;
  const open = () => openPatientEventStore(folder.path, () => 1_545_030_873_000);

  beforeEach(() => {
    folder = makeTemporaryFolder();
    file = path.join(folder.path, 'log.sqlite');
  });
  afterEach(() => {
    folder.remove();
  });

  function writeSqliteFile(sql: string): void {
    const db = new Database(file);
    db.exec(sql);
    db.close();
  }

  test('is opened with WAL and synchronous FULL, when it is made and every time after', () => {
    for (let round = 0; round < 2; round += 1) {
      const db = openLogFile(folder.path);
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(db.pragma('synchronous', { simple: true })).toBe(2);
      db.close();
    }
  });

  test('is in WAL mode on the disk while the store is open', async () => {
    const store = open();
    const reader = new Database(file, { readonly: true });
    expect(reader.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(reader.prepare('SELECT count(*) FROM events').pluck().get()).toBe(1);
    reader.close();
    await store.close();
  });

  test('is made with its folder, however deep', async () => {
    const dataDir = path.join(folder.path, 'not', 'yet');
    const store = openPatientEventStore(dataDir, Date.now);
    expect(existsSync(path.join(dataDir, 'log.sqlite'))).toBe(true);
    await store.close();
  });

  test('records each event with the time of the clock that the store was opened with', async () => {
    const store = open();
    await store.append('a-1', [newEvent()], 'any');
    expect((await readLog(store)).map(({ recordedAtMs }) => recordedAtMs)).toEqual([
      1_545_030_873_000, 1_545_030_873_000,
    ]);
    await store.close();
  });

  test('a position is not assigned again, even if the newest events are removed by hand', async () => {
    const store = open();
    const { position } = await store.append('a-1', [newEvent()], 'any');
    await store.close();
    writeSqliteFile(`DELETE FROM events WHERE position = ${position}`);
    const reopened = open();
    expect((await reopened.append('a-1', [newEvent()], 'any')).position).toBeGreaterThan(position);
    await reopened.close();
  });

  test.each([
    ['gone', () => undefined],
    ['replaced by another one', (moved: string) => copyFileSync(moved, file)],
  ])(
    'takes nothing while it is %s, so that nothing is said to be stored; put back, it takes more',
    async (_name, replace) => {
      const store = open();
      await store.append('a-1', [newEvent()], 'any');
      const moved = path.join(folder.path, 'moved');
      renameSync(file, moved);
      replace(moved);
      const refused = store.append('a-1', [newEvent()], 'any');
      await expect(refused).rejects.toThrow(
        /log\.sqlite is gone, or another file has its name\. If it was moved, put it back/,
      );
      await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
      renameSync(moved, file);
      await store.append('a-1', [newEvent()], 'any');
      expect((await readLog(store)).filter(({ streamName }) => streamName === 'a-1')).toHaveLength(2);
      await store.close();
    },
  );

  test('takes nothing once its write-ahead log was removed; closed, it has all that was stored', async () => {
    const store = open();
    await store.append('a-1', [newEvent()], 'any');
    rmSync(`${file}-wal`);
    const refused = store.append('a-1', [newEvent()], 'any');
    await expect(refused).rejects.toThrow(
      /log\.sqlite-wal was removed, .* Stop the service by SIGTERM, never by SIGKILL/,
    );
    await store.close();
    const reopened = open();
    expect((await readLog(reopened)).filter(({ streamName }) => streamName === 'a-1')).toHaveLength(1);
    await reopened.append('a-1', [newEvent()], 'any');
    await reopened.close();
  });

  test.each([
    ['a database of another program', 'CREATE TABLE customers (name TEXT)'],
    ['a table of the same name in another program’s database', 'CREATE TABLE events (id INTEGER)'],
    [
      'a log of a later version',
      `CREATE TABLE events (id INTEGER); PRAGMA application_id = 1280724039; PRAGMA user_version = 99`,
    ],
  ])('is refused if it is %s, and the folder is unlocked again', (_name, sql) => {
    writeSqliteFile(sql);
    for (let round = 0; round < 2; round += 1) {
      expect(open).toThrow(LogUnusable);
      expect(open).toThrow(/log\.sqlite is not a log of this version of Live Ledger\. Choose another DATA_DIR/);
    }
  });

  test('is left unchanged if it is another program’s', () => {
    writeSqliteFile('CREATE TABLE customers (name TEXT)');
    const before = readFileSync(file);
    expect(open).toThrow(LogUnusable);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('is refused if it is no SQLite file, and left unchanged', () => {
    const notes = 'These are notes, and long enough to be no header of SQLite.\n'.repeat(20);
    writeFileSync(file, notes);
    expect(open).toThrow(LogUnusable);
    expect(readFileSync(file, 'utf8')).toBe(notes);
    expect(open).toThrow(/log\.sqlite cannot be opened: .* Keep it\. If it is the log, restore a backup/);
  });

  test('is named where it cannot be opened, with what to do', () => {
    // The superuser has a right to every file: a folder is what it can't open either.
    mkdirSync(file);
    expect(open).toThrow(LogUnusable);
    expect(open).toThrow(/log\.sqlite cannot be opened: .* Give all of DATA_DIR to the user of the service/);
  });

  test('is refused if its first event does not identify it, with the advice to restore it', async () => {
    await open().close();
    writeSqliteFile(`UPDATE events SET type = 'SomethingElse'`);
    expect(open).toThrow(LogUnusable);
    expect(open).toThrow(/Restore it from a copy/);
  });

  test('is refused if it has no valid epoch, with the advice to restore it', async () => {
    await open().close();
    writeSqliteFile(`UPDATE events SET digest = NULL, data = CAST('{"logId":"1","epoch":0}' AS BLOB)`);
    expect(open).toThrow(/has no valid epoch.*Restore it from a copy/);
  });

  test('of schema version 1 is upgraded when it is opened, with all its events', async () => {
    copyFileSync(new URL('../../fixtures/logs/log-v1.sqlite', import.meta.url), file);
    for (let round = 0; round < 2; round += 1) {
      const store = open();
      expect([store.logId, store.epoch]).toEqual(['2285cbe4-81c7-416c-b67a-48c96530cbbf', 1]);
      expect(
        (await readLog(store)).map(({ streamName, revision, position }) => [streamName, revision, position]),
      ).toEqual([
        ['ledger', 0n, 1n],
        ['a-1', 0n, 2n],
        ['a-1', 1n, 3n],
        ['b-1', 0n, 4n],
      ]);
      await store.close();
    }
    const store = open();
    await store.truncateStream('a-1', 2n);
    expect(await store.append('a-1', [newEvent()], 1n)).toEqual({ revision: 2n, position: 5n });
    await store.close();
    const db = new Database(file, { readonly: true });
    expect(db.pragma('user_version', { simple: true })).toBe(4);
    db.close();
  });

  test('DATA_DIR is refused if it is a file', () => {
    const notAFolder = path.join(folder.path, 'file');
    writeFileSync(notAFolder, '');
    expect(() => openPatientEventStore(notAFolder, Date.now)).toThrow(LogUnusable);
    expect(() => openPatientEventStore(notAFolder, Date.now)).toThrow(/DATA_DIR/);
  });
});
