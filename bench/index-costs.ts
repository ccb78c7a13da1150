/**
 * What does each index of the read models cost per callback? Measures the CPU time to insert the rows of simulated callbacks with and
 * without it, in turn, and the bytes that it takes.
 * Run: npm run bench:indexes (--events N and --rounds N make it shorter).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Database from 'better-sqlite3';
import { pino } from 'pino';
import { benchFlags } from './bench-flags.ts';
import { openSqliteEventStore } from '../src/log/sqlite/sqlite-event-store.ts';
import { projectBatch } from '../src/projecting/project-batch.ts';
import { openReadModelForWriting, removeReadModel } from '../src/projecting/file/read-model-file.ts';
import { createReadModelWriter } from '../src/projecting/file/read-model-writer.ts';
import { writeHistory } from './callback-history.ts';
import { summarise } from './measure.ts';
import { insertRows, rowsOf } from './same-rows.ts';
import { line, spread } from './table.ts';

const flags = benchFlags({ events: { type: 'string', default: '30000' }, rounds: { type: 'string', default: '7' } });
const events = Number(flags.events);
const rounds = Number(flags.rounds);
const relayShare = 0.2;
const batchEvents = 5_000;

/** Bytes per event: an index that takes less has so few rows that the spread hides its cost. */
const bytesLeast = 2;

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
const file = path.join(folder, 'read-model.sqlite');

/** Builds a read model of the whole history; the log is no longer needed. */
async function openFinished(): Promise<Database.Database> {
  await writeHistory(folder, { events, relayShare });
  const store = openSqliteEventStore(folder, () => 0);
  const db = openReadModelForWriting(file, store.logId);
  const rows = createReadModelWriter(db);
  const { signal } = new AbortController();
  for await (const batch of store.followAll({ after: null, batchEventsMax: batchEvents, signal })) {
    projectBatch(rows, batch.events, pino({ level: 'silent' }));
    if (batch.caughtUp) break;
  }
  await store.close();
  return db;
}

/** CPU microseconds per event to insert the rows, without one of the indexes. */
function microsecondsToInsert(rows: ReturnType<typeof rowsOf>, without: string | null): number {
  const same = path.join(folder, 'same-rows.sqlite');
  const db = openReadModelForWriting(same, 'bench');
  try {
    if (without !== null) db.exec(`DROP INDEX ${without}`);
    globalThis.gc?.();
    const before = process.cpuUsage();
    insertRows(db, rows, batchEvents);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / events;
  } finally {
    db.close();
    removeReadModel(same);
  }
}

try {
  const finished = await openFinished();
  const rows = rowsOf(finished);
  const indexes = finished
    .prepare<[], { name: string; bytes: number }>(
      `SELECT name, (SELECT sum(pgsize) FROM dbstat WHERE dbstat.name = sqlite_schema.name) AS bytes
       FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name`,
    )
    .all();
  finished.close();
  const measured = indexes
    .filter(({ bytes }) => bytes >= bytesLeast * events)
    .map((index) => ({ ...index, costs: [] as number[] }));
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, costs } of measured) {
      const withAll = microsecondsToInsert(rows, null);
      all.push(withAll);
      costs.push(withAll - microsecondsToInsert(rows, name));
    }
  }
  line(['index', -40], ['µs an event', 24], ['bytes an event', 16]);
  line(['all of them, and the tables', -40], [spread(all), 24], ['', 16]);
  measured.sort((one, other) => summarise(other.costs).median - summarise(one.costs).median);
  for (const { name, bytes, costs } of measured) {
    line([name, -40], [spread(costs), 24], [(bytes / events).toFixed(1), 16]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
