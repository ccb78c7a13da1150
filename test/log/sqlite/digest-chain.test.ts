import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { CheckProgress, LogCheck } from '../../../src/log/event-digest.ts';
import { openLogFile } from '../../../src/log/sqlite/log-file.ts';
import { checkLogFile } from '../../../src/log/sqlite/digest-chain.ts';
import { LogWriter } from '../../../src/log/sqlite/log-writer.ts';
import { SqliteEventReader } from '../../../src/log/sqlite/sqlite-event-reader.ts';
import { openSqliteLogReplica } from '../../../src/log/sqlite/sqlite-log-replica.ts';
import { newEvent, newEvents, readLog } from '../../support/log-events.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let db: Database.Database;
let writer: LogWriter;
beforeEach(() => {
  folder = makeTemporaryFolder();
  db = openLogFile(folder.path);
  writer = new LogWriter(db);
  writer.beginLog(1);
});
afterEach(() => {
  db.close();
  folder.remove();
});

const append = (streamName: string, count = 1) =>
  void writer.commit([{ streamName, events: newEvents(count), expected: 'any' }], 1_600_000_000_000);

function truncate(streamName: string, beforeRevision: bigint): void {
  while (!writer.truncate([{ streamName, beforeRevision }])[0]);
}

function check(onProgress: (progress: CheckProgress) => void = () => undefined): LogCheck {
  const checking = checkLogFile(folder.path);
  let step = checking.next();
  for (; step.done !== true; step = checking.next()) onProgress(step.value);
  return step.value;
}

async function damagedPositions(): Promise<bigint[]> {
  const reader = new SqliteEventReader(folder.path);
  const events = await readLog(reader);
  reader.close();
  return events.filter(({ isDamaged }) => isDamaged).map(({ position }) => position);
}

const runs = () => db.prepare('SELECT first_position, last_position FROM removed_events ORDER BY 1').raw().all();

describe('the digests of a log', () => {
  test('property: are a chain after any appends and truncations, and no event counts as damaged', async () => {
    const stream = fc.constantFrom('a-1', 'b-1', 'c-1');
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), stream, count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ do: fc.constant('truncate' as const), stream, count: fc.integer({ min: 1, max: 12 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        for (const { do: what, stream: name, count } of steps) {
          if (what === 'append') append(name, count);
          else truncate(name, BigInt(count));
        }
        expect(check()).toMatchObject({ eventsWithoutDigest: 0, damages: 0, firstDamage: null });
        expect(await damagedPositions()).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ['data', `data = CAST(replace(data, '1', '2') AS BLOB)`],
    ['metadata', `metadata = CAST('{"a":1}' AS BLOB)`],
    ['type', `type = 'Other'`],
    ['event id', `event_id = '00000000-0000-4000-8000-000000000000'`],
    ['stream', `stream_name = 'b-1'`],
    ['revision', 'revision = 99'],
    ['time', 'recorded_at = recorded_at + 1'],
    ['digest', `digest = zeroblob(16)`],
    ['digest of the event before', `previous_digest = zeroblob(16)`],
  ])('show where the %s of an event was changed, and in no other event', async (_name, change) => {
    append('a-1', 2);
    const data = Buffer.from('{"sequence":"12345"}');
    writer.commit([{ streamName: 'a-1', events: [newEvent({ data })], expected: 'any' }], 1);
    append('a-1', 2);
    db.exec(`UPDATE events SET ${change} WHERE position = 4`);
    expect(check()).toEqual({
      events: 6,
      eventsWithoutDigest: 0,
      damages: 1,
      firstDamage: { position: 4n, problem: 'is not what was recorded' },
    });
    expect(await damagedPositions()).toEqual([4n]);
  });

  test.each([
    ['one', [4], 4n, 1],
    ['several in a row', [3, 4, 5], 3n, 1],
    ['several apart', [3, 5], 3n, 2],
    ['the newest', [8, 9], 8n, 1],
  ])('show where events are missing: %s', async (_name, removed, position, damages) => {
    append('a-1', 5);
    append('b-1', 1);
    truncate('b-1', 1n);
    append('a-1', 2);
    db.exec(`DELETE FROM events WHERE position IN (${removed.join()})`);
    expect(check()).toMatchObject({ damages, firstDamage: { position } });
    // What is left is what was recorded.
    expect(await damagedPositions()).toEqual([]);
  });

  test('show that the newest events are missing even after others were appended', () => {
    append('a-1', 3);
    db.exec('DELETE FROM events WHERE position = 4');
    append('a-1', 2);
    expect(check()).toMatchObject({ damages: 1, firstDamage: { position: 4n } });
  });

  test('need one row for any number of neighbours that were removed on purpose', () => {
    append('a-1', 3);
    append('b-1', 3);
    append('a-1', 3);
    append('c-1', 1);
    truncate('a-1', 2n);
    expect(runs()).toEqual([[2, 3]]);
    truncate('a-1', 100n);
    expect(runs()).toEqual([
      [2, 4],
      [8, 10],
    ]);
    truncate('b-1', 100n);
    expect(runs()).toEqual([[2, 10]]);
    expect(check()).toMatchObject({ events: 2, damages: 0 });
  });

  test('are checked while events are appended and removed', () => {
    append('a-1', 1_500);
    append('b-1', 1_500);
    const seen: bigint[] = [];
    const found = check(({ position }) => {
      seen.push(position);
      truncate('a-1', BigInt(seen.length) * 1_200n);
      append('c-1', 10);
    });
    expect(seen.length).toBeGreaterThan(1);
    expect(found).toMatchObject({ damages: 0 });
  });

  test('are missing from events of an earlier version, which are counted and taken as they are', async () => {
    db.close();
    copyFileSync(new URL('../../fixtures/logs/log-v1.sqlite', import.meta.url), path.join(folder.path, 'log.sqlite'));
    expect(check()).toEqual({ events: 4, eventsWithoutDigest: 4, damages: 0, firstDamage: null });
    db = openLogFile(folder.path);
    writer = new LogWriter(db);
    append('a-1', 2);
    truncate('a-1', 3n);
    append('a-1', 1);
    expect(check()).toEqual({ events: 4, eventsWithoutDigest: 2, damages: 0, firstDamage: null });
    expect(await damagedPositions()).toEqual([]);
    db.exec('UPDATE events SET digest = NULL WHERE position = 7');
    expect(check()).toMatchObject({ damages: 1, firstDamage: { position: 7n } });
  });

  test('of a damaged beginning refuse the log', () => {
    db.exec(`UPDATE events SET data = CAST(replace(data, '"epoch":1', '"epoch":7') AS BLOB) WHERE position = 1`);
    expect(() => new SqliteEventReader(folder.path)).toThrow(/identifies the log.*Restore it from a copy/);
  });
});

test('a replica has digests of its own, and remembers what was damaged when it was copied', async () => {
  const copy = makeTemporaryFolder();
  const replica = openSqliteLogReplica(copy.path);
  replica.initialize({ logId: 'any', epoch: 1 });
  const event = (position: bigint, isDamaged?: true) => ({
    kind: 'event' as const,
    event: {
      ...newEvent(),
      streamName: 'a-1',
      revision: position,
      position,
      recordedAtMs: 1,
      ...(isDamaged && { isDamaged }),
    },
  });
  const at = { commit: 40n, prepare: 40n };
  replica.apply([event(10n), event(20n, true), event(30n)], at);
  replica.apply([event(40n), { kind: 'truncated', streamName: 'a-1', beforeRevision: 15n }, event(50n)], at);
  replica.close();
  const checking = checkLogFile(copy.path);
  let step = checking.next();
  while (step.done !== true) step = checking.next();
  expect(step.value).toMatchObject({ events: 4, damages: 1, firstDamage: { position: 20n } });
  const reader = new SqliteEventReader(copy.path);
  expect((await readLog(reader)).map(({ isDamaged = false }) => isDamaged)).toEqual([true, false, false, false]);
  reader.close();
  copy.remove();
});
