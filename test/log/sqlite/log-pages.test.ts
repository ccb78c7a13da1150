import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import fc from 'fast-check';
import { CopyAltered } from '../../../src/log/event-store.ts';
import { OtherHistory, pageEventsMax, readPage, writePage, type LogPageReader } from '../../../src/log/log-page.ts';
import { checkLogFile } from '../../../src/log/sqlite/digest-chain.ts';
import { openEventRemoval } from '../../../src/log/sqlite/event-removal.ts';
import { openLogFile } from '../../../src/log/sqlite/log-file.ts';
import { openLogPages } from '../../../src/log/sqlite/log-pages.ts';
import { LogWriter } from '../../../src/log/sqlite/log-writer.ts';
import { makeLogOfReplica, openSqliteLogReplica } from '../../../src/log/sqlite/sqlite-log-replica.ts';
import { openSqliteEventStore } from '../../../src/log/sqlite/sqlite-event-store.ts';
import { SqliteEventReader } from '../../../src/log/sqlite/sqlite-event-reader.ts';
import { newEvent, newEvents } from '../../support/log-events.ts';
import { numRunsOf } from '../../support/num-runs.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import type { CopiedChange, LogReplica } from '../../../src/log/replication.ts';

interface Copied {
  readonly log: TemporaryFolder;
  readonly copy: TemporaryFolder;
  readonly writer: LogWriter;
  readonly pages: LogPageReader;
  readonly replica: LogReplica;
  /** Copies a page as it is sent, changed on its way; false: there was nothing to copy. */
  copyPage(alter?: (text: string) => string): boolean;
  close(): void;
}

const record = { atMs: 1, rules: [], counts: [], events: 0, bytes: 0, firstReceivedAtMs: 0, lastReceivedAtMs: 0 };

function openCopied(): Copied {
  const [log, copy] = [makeTemporaryFolder(), makeTemporaryFolder()];
  const db = openLogFile(log.path);
  const writer = new LogWriter(db);
  writer.beginLog(1);
  const reader = new SqliteEventReader(log.path);
  const pages = openLogPages(log.path, () => reader);
  const replica = openSqliteLogReplica(copy.path);
  const apply = (changes: readonly CopiedChange[], position: bigint) =>
    replica.apply(changes, { commit: position, prepare: position });
  return {
    log,
    copy,
    writer,
    pages,
    replica,
    copyPage(alter = (text) => text) {
      const after = replica.checkpoint()?.commit ?? 0n;
      const page = readPage(alter(writePage(pages.read({ after, digest: replica.newestDigest() }))));
      if (replica.identity() === null) replica.initialize(page);
      const isOutdated = page.removedBefore !== replica.removedCount();
      if (page.changes.length > 0) apply(page.changes, page.upTo);
      if (isOutdated || page.changes.length === 0) {
        for (const changes of pages.removed(page.upTo)) apply(changes, page.upTo);
      }
      return page.changes.length > 0;
    },
    close() {
      replica.close();
      pages.close();
      reader.close();
      db.close();
      log.remove();
      copy.remove();
    },
  };
}

const rowsOf = (db: Database.Database, tables = ['events', 'removed_events', 'truncated_streams']) =>
  tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());

function tablesIn(folder: string): unknown {
  const db = openLogFile(folder);
  try {
    return rowsOf(db);
  } finally {
    db.close();
  }
}

function damagesIn(folder: string): number {
  const checking = checkLogFile(folder);
  let step = checking.next();
  while (step.done !== true) step = checking.next();
  return step.value.damages;
}

let copied: Copied;
beforeEach(() => {
  copied = openCopied();
});
afterEach(() => copied.close());

const append = (count: number, streamName = 'a-1') =>
  copied.writer.commit([{ streamName, events: newEvents(count), expected: 'any' }], 1);
const copyAll = () => {
  while (copied.copyPage());
};

test('property: a copy has the same rows as the log, whatever was appended and removed before, while and after it copied', () => {
  const step = fc.oneof(
    fc.record({ append: fc.integer({ min: 1, max: 30 }), to: fc.constantFrom('a-1', 'b-2', 'quarantine-1') }),
    fc.record({ truncate: fc.constantFrom('b-2', 'quarantine-1'), before: fc.bigInt({ min: 1n, max: 60n }) }),
    fc.record({ remove: fc.uniqueArray(fc.integer({ min: 2, max: 120 }), { maxLength: 20 }) }),
    fc.constant({ copy: true } as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      copied.close();
      copied = openCopied();
      const end = () => copied.pages.read({ after: 0n, digest: null }).endPosition;
      for (const one of steps) {
        if ('append' in one) append(one.append, one.to);
        else if ('truncate' in one) {
          while (!copied.writer.truncate([{ streamName: one.truncate, beforeRevision: one.before }])[0]);
        } else if ('remove' in one) {
          const positions = one.remove
            .filter((position) => position <= end())
            .toSorted((first, second) => first - second);
          const removal = openEventRemoval(copied.log.path);
          if (positions.length > 0) removal.remove({ ...record, positions });
          removal.close();
        } else copied.copyPage();
      }
      copyAll();
      copied.copyPage();
      expect(tablesIn(copied.copy.path)).toEqual(tablesIn(copied.log.path));
      expect(damagesIn(copied.copy.path)).toBe(0);
    }),
    { numRuns: numRunsOf(40) },
  );
});

test('bytes of any kind are copied as they are', () => {
  const data = [
    Buffer.from([0xff, 0, 0xc3]),
    Buffer.from('{"a":"é\\u0000\n"}'),
    Buffer.alloc(0),
    Buffer.from('\ufeffx'),
  ];
  copied.writer.commit([{ streamName: 'a-1', events: data.map((one) => newEvent({ data: one })), expected: 'any' }], 1);
  copyAll();
  expect(copied.replica.newest(4).map((event) => Buffer.from(event.data))).toEqual(data.toReversed());
});

test('a page is bounded, and the next one continues it', () => {
  append(pageEventsMax + 10);
  expect(copied.pages.read({ after: 0n, digest: null }).changes).toHaveLength(pageEventsMax);
  copyAll();
  expect(tablesIn(copied.copy.path)).toEqual(tablesIn(copied.log.path));
});

test('property: a page that was altered in any event is refused whole, and copied once it is not', () => {
  append(20);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(
        ['"{}"', '"{ }"'],
        ['"a-1"', '"a-2"'],
        ['Tested', 'Tester'],
        [/"[0-9a-f]{32}"\]$/, `"${'0'.repeat(32)}"]`],
        [/^.*$/, ''],
      ),
      (line, [from = '', to = '']) => {
        copied.close();
        copied = openCopied();
        append(20);
        const alter = (text: string) =>
          text
            .split('\n')
            .map((one, number) => (number === line + 1 ? one.replace(from, to as string) : one))
            .join('\n');
        // Without the last event, a page is one that was read earlier.
        if (!(line === 20 && to === '')) {
          expect(() => copied.copyPage(alter)).toThrow(CopyAltered);
          expect(copied.replica.checkpoint()).toBeNull();
        }
        copyAll();
        expect(tablesIn(copied.copy.path)).toEqual(tablesIn(copied.log.path));
      },
    ),
    { numRuns: numRunsOf(40) },
  );
});

test('an event that is damaged in the log is copied as it is, and stays damaged', () => {
  append(5);
  const db = openLogFile(copied.log.path);
  db.exec(`UPDATE events SET type = 'Other' WHERE position = 3`);
  db.close();
  copyAll();
  append(2);
  copyAll();
  expect(tablesIn(copied.copy.path)).toEqual(tablesIn(copied.log.path));
  expect(damagesIn(copied.copy.path)).toBe(1);
});

test('a log with another event at the position, or none, is not continued', () => {
  append(5);
  copyAll();
  const [last] = copied.replica.newest(1);
  expect(() => copied.pages.read({ after: 3n, digest: copied.replica.newestDigest() })).toThrow(OtherHistory);
  expect(() => copied.pages.read({ after: (last?.position ?? 0n) + 1n, digest: null })).toThrow(OtherHistory);
  expect(copied.copyPage()).toBe(false);
});

test('a promoted copy is a log in another epoch, which continues positions and revisions; before, no service opens it', async () => {
  append(3, 'quarantine-1');
  while (!copied.writer.truncate([{ streamName: 'quarantine-1', beforeRevision: 3n }])[0]);
  copyAll();
  const { path } = copied.copy;
  const { logId, epoch } = copied.replica.identity() ?? { logId: '', epoch: 0 };
  copied.replica.close();
  expect(() => openSqliteEventStore(path, () => 1)).toThrow(/live-ledger promote/);
  expect(makeLogOfReplica(path, 1)).toBe(true);
  expect(makeLogOfReplica(path, 1)).toBe(false);
  const store = openSqliteEventStore(path, () => 1);
  expect([store.logId, store.epoch > epoch]).toEqual([logId, true]);
  // The identity of the log, three events that were removed, and the epoch.
  expect(await store.append('quarantine-1', newEvents(1), 'any')).toEqual({ position: 6n, revision: 3n });
  await store.close();
  expect(damagesIn(path)).toBe(0);
  expect(() => openSqliteLogReplica(path)).toThrow(/has a log of its own/);
});
