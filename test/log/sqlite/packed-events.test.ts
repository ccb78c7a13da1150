import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { logFilePath, openLogFile, type EventRow } from '../../../src/log/sqlite/log-file.ts';
import { LogWriter } from '../../../src/log/sqlite/log-writer.ts';
import { preparePackedEvents } from '../../../src/log/sqlite/packed-events.ts';
import { newEvent } from '../../support/log-events.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder();
});
afterEach(() => folder.remove());

const bytes = fc.uint8Array({ maxLength: 40 }).map((all) => Buffer.from(all));
const event = fc.record({ type: fc.string({ unit: 'binary' }), data: bytes, metadata: bytes });

/** The same rows, each fetched by itself. */
function oneByOne(db: Database.Database, after: bigint, eventsMax: number): EventRow[] {
  const sql = 'SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?';
  return db.prepare<[bigint, number], EventRow>(sql).safeIntegers().all(after, eventsMax);
}

describe('events that are packed into one row', () => {
  test('property: are those that are fetched one by one, whatever their bytes and however many', () => {
    const db = openLogFile(folder.path);
    const writer = new LogWriter(db);
    writer.beginLog(1);
    fc.assert(
      fc.property(
        fc.array(event, { minLength: 1, maxLength: 80 }),
        fc.nat({ max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (events, after, eventsMax) => {
          writer.commit([{ streamName: 'a-"1\n', events: events.map(newEvent), expected: 'any' }], 1_600_000_000_000);
          const rows = [...preparePackedEvents(db)(BigInt(after), eventsMax)];
          expect(rows).toEqual(oneByOne(db, BigInt(after), eventsMax));
        },
      ),
      { numRuns: 20 },
    );
    db.close();
  });

  test('keep positions beyond 2^53, and events without a digest', () => {
    const db = openLogFile(folder.path);
    new LogWriter(db).beginLog(1);
    db.exec(`UPDATE events SET position = 9223372036854775806, digest = NULL`);
    const rows = [...preparePackedEvents(db)(2n ** 62n, 10)];
    expect(rows).toEqual(oneByOne(db, 2n ** 62n, 10));
    expect(rows.map(({ position, digest }) => [position, digest])).toEqual([[9223372036854775806n, null]]);
    db.close();
  });

  test.each([
    ['data', `CAST(data AS TEXT)`],
    ['data', 'NULL'],
    ['metadata', 'NULL'],
    ['revision', 'NULL'],
    ['type', 'NULL'],
    ['recorded_at', '1.5'],
  ])('are the others still where %s of one has become %s', (column, value) => {
    const file = logFilePath(folder.path);
    const log = openLogFile(folder.path);
    const writer = new LogWriter(log);
    writer.beginLog(1);
    const events = ['é\0a', 'é\0b', 'é\0c'].map((data) => newEvent({ data: Buffer.from(data) }));
    writer.commit([{ streamName: 'a-1', events, expected: 'any' }], 1_600_000_000_000);
    const others = oneByOne(log, 0n, 10).filter(({ position }) => position !== 3n);
    // As a bit of the file that has turned does it: the schema would refuse such a value.
    log.unsafeMode();
    log.pragma('writable_schema = ON');
    log.exec(
      `UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT', ''), ' NOT NULL', '') WHERE name = 'events'`,
    );
    log.close();
    const db = new Database(file);
    db.exec(`UPDATE events SET ${column} = ${value} WHERE position = 3`);
    const rows = [...preparePackedEvents(db)(0n, 10)];
    expect(rows).toHaveLength(4);
    expect(rows.filter(({ position }) => position !== 3n)).toEqual(others);
    db.close();
  });

  test('are read from a log of an earlier schema, which has no digests', () => {
    const log = new URL('../../fixtures/logs/log-v1.sqlite', import.meta.url);
    copyFileSync(log, path.join(folder.path, path.basename(logFilePath(folder.path))));
    const db = new Database(logFilePath(folder.path), { readonly: true });
    const rows = [...preparePackedEvents(db)(0n, 10)];
    expect(rows.map(({ position, stream_name }) => [position, stream_name])).toEqual([
      [1n, 'ledger'],
      [2n, 'a-1'],
      [3n, 'a-1'],
      [4n, 'b-1'],
    ]);
    expect(rows.every(({ digest }) => digest === null)).toBe(true);
    db.close();
  });
});
