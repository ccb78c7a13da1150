import type Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lockReadModelBuilds } from '../../../src/log/sqlite/data-dir-lock.ts';
import { logFilePath } from '../../../src/log/sqlite/log-file.ts';
import { SqliteEventReader } from '../../../src/log/sqlite/sqlite-event-reader.ts';
import { openPatientEventStore } from '../../support/sqlite-store.ts';
import {
  openReadModelForReading,
  openReadModelForWriting,
  readModelFileName,
} from '../../../src/projecting/file/read-model-file.ts';
import { endLedger, startLedger, type LedgerProcess } from '../../support/live-ledger-process.ts';
import { dumpOf, openTestReadModel, type Dump } from '../../support/read-model.ts';
import { runCommand } from '../../support/run-command.ts';
import { lookAt, markPresent } from '../../support/marked-read-model.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeLog } from '../../support/write-log.ts';

let folder: TemporaryFolder;
let running: LedgerProcess[];

beforeEach(() => {
  folder = makeTemporaryFolder();
  running = [];
});
afterEach(async () => {
  for (const ledger of running) await endLedger(ledger);
  folder.remove();
});

const file = () => readModelFileName(folder.path);
const namesOfReadModels = () => readdirSync(folder.path).filter((name) => name.startsWith('read-model'));

/** What a service projects from the same log, an event at a time. */
async function expectedRows(): Promise<Dump> {
  const store = openPatientEventStore(folder.path, () => 0);
  const readModel = openTestReadModel(path.join(folder.path, 'expected.sqlite'), store.logId);
  const { signal } = new AbortController();
  for await (const batch of store.followAll({ after: null, batchEventsMax: 100, signal })) {
    readModel.project(batch.events, 1);
    if (batch.caughtUp) break;
  }
  const expected = rowsOf(readModel.db);
  readModel.close();
  await store.close();
  return expected;
}

const rebuild = (...flags: string[]) => {
  const ledger = startLedger(['rebuild', ...flags], { DATA_DIR: folder.path, LOG_LEVEL: 'silent' });
  running.push(ledger);
  return ledger;
};
const rebuildHere = () => runCommand(['rebuild'], { DATA_DIR: folder.path, LOG_LEVEL: 'silent' });

/** All rows but the checkpoint and the audit: a rebuild begins an epoch, which is one more event and says who has rebuilt, and changes nothing else. */
function rowsOf(db: Database.Database): Dump {
  const { progress, audit: _, ...rows } = dumpOf(db);
  expect(progress).toHaveLength(1);
  return rows;
}

function schemaOf(name: string): unknown[] {
  const db = openReadModelForReading(name);
  try {
    return db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all();
  } finally {
    db.close();
  }
}

describe('a rebuild', () => {
  test('gives the rows, tables and indexes of a service that projected event by event, and tells its progress', async () => {
    await writeLog(folder.path, 50);
    const expected = await expectedRows();
    const ledger = rebuild('--json');
    expect(await ledger.ended()).toBe(0);
    expect(namesOfReadModels()).toEqual([path.basename(file())]);
    expect(lookAt(folder.path, rowsOf)).toEqual({ found: expected, isMarked: false });
    expect(schemaOf(file())).toEqual(schemaOf(path.join(folder.path, 'expected.sqlite')));
    const reports = ledger
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { indexesTotal: number | null });
    expect(reports[0]).toEqual({ events: 103, eventsTotal: 103, indexes: 0, indexesTotal: null });
    const indexes = reports.at(-1)?.indexesTotal;
    expect(indexes).toBeGreaterThan(0);
    expect(reports.at(-1)).toEqual({ events: 103, eventsTotal: 103, indexes, indexesTotal: indexes });
  });

  test.each([
    [
      'a damaged one',
      () => {
        writeFileSync(file(), 'no database');
      },
    ],
    [
      'an empty one',
      () => {
        writeFileSync(file(), '');
      },
    ],
    ['one with a write-ahead log beside it', markPresentAnew],
    [
      'nothing but a write-ahead log',
      () => {
        writeFileSync(`${file()}-wal`, 'left over');
      },
    ],
    [
      'what a rebuild left that was cut off',
      () => {
        writeFileSync(`${file()}.rebuilding`, 'half of it');
      },
    ],
  ])('replaces %s', async (_name, prepare) => {
    await writeLog(folder.path, 3);
    const expected = await expectedRows();
    prepare();
    expect((await rebuildHere()).status).toBe(0);
    expect(namesOfReadModels().filter((name) => !name.endsWith('.copy'))).toEqual([path.basename(file())]);
    expect(lookAt(folder.path, rowsOf)).toEqual({ found: expected, isMarked: false });
  });

  test('is refused while the service runs, which goes on with its own', async () => {
    await writeLog(folder.path, 3);
    const service = startLedger(['serve'], { PORT: '0', DATA_DIR: folder.path, LOG_LEVEL: 'silent' });
    running.push(service);
    await service.url();
    const ledger = rebuild();
    expect(await ledger.ended()).toBe(1);
    expect(ledger.stderr()).toMatch(/^DATA_DIR .* is in use by another Live Ledger process/);
    expect(existsSync(`${file()}.rebuilding`)).toBe(false);
    service.kill('SIGTERM');
    expect(await service.ended()).toBe(0);
  });

  test('is refused where the file of the log was emptied: what the read models show is all that is left of it', async () => {
    await writeLog(folder.path, 3);
    markPresent(folder.path);
    writeFileSync(logFilePath(folder.path), '');
    const { status, stderr } = await rebuildHere();
    expect(status).toBe(1);
    expect(stderr).toContain('has no log');
    expect(lookAt(folder.path, () => null).isMarked).toBe(true);
  });

  test('is refused while another command builds read models, and changes nothing', async () => {
    await writeLog(folder.path, 3);
    const epoch = () => {
      const reader = new SqliteEventReader(folder.path);
      const found = reader.epoch;
      reader.close();
      return found;
    };
    const before = epoch();
    const unlock = lockReadModelBuilds(folder.path);
    const ledger = rebuild();
    expect(await ledger.ended()).toBe(1);
    unlock();
    expect(ledger.stderr()).toContain('Nothing was changed');
    expect(epoch()).toBe(before);
  });
});

/** One read model without rows, whose mark is in its write-ahead log. */
function markPresentAnew(): void {
  openReadModelForWriting(file(), 'another log').close();
  markPresent(folder.path);
}
