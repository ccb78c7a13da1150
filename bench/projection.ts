/**
 * Events projected in a second, live (small batches of what arrives), catching up (large ones) and rebuilding, each from
 * the log on disk; beside each SQLite's own rate of inserting the very same final rows, each once, into a file that is
 * opened in the same way.
 * Run: npm run bench:projection (--events N and --rounds N make it shorter, --only NAME picks rows).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { rebuildBatchEventsMax } from '../src/commands/build-read-model.ts';
import { rebuild } from '../src/commands/rebuild.ts';
import { openSqliteEventStore } from '../src/event-store/sqlite/sqlite-event-store.ts';
import { projectBatch } from '../src/projections/project-batch.ts';
import {
  openReadModelForReading,
  openReadModelForWriting,
  readModelFileName,
  removeReadModel,
} from '../src/read-models/sqlite/file/read-model-file.ts';
import { makeReaderIndexes, openReadModelForFilling } from '../src/read-models/sqlite/file/read-model-replacement.ts';
import { createSqliteReadModelWriter } from '../src/read-models/sqlite/sqlite-read-model-writer.ts';
import { history } from './callback-history.ts';
import { printHead, printRow, summarise } from './measure.ts';
import { insertRows, rowsOf } from './same-rows.ts';

const { values: flags } = parseArgs({
  options: {
    events: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
});
const events = Number(flags.events);
const rounds = Number(flags.rounds);
const logger = pino({ level: 'silent' });
const appendsAtOnce = 5_000;

interface Mode {
  readonly name: string;
  readonly relayShare: number;
  /** Events in a transaction; null: a rebuild, which chooses for itself. */
  readonly batchEvents: number | null;
}

const modes: readonly Mode[] = [0, 0.2].flatMap((relayShare) => {
  const of = relayShare === 0 ? 'sessions' : 'a fifth relay';
  return [
    { name: `live, batches of 200: ${of}`, relayShare, batchEvents: 200 },
    { name: `catching up, batches of 5,000: ${of}`, relayShare, batchEvents: 5_000 },
    { name: `rebuild: ${of}`, relayShare, batchEvents: null },
  ].filter(({ name }) => name.includes(flags.only));
});

async function writeLog(dataDir: string, relayShare: number): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const store = openSqliteEventStore(dataDir, () => 1_700_000_000_000);
  let appends: Promise<unknown>[] = [];
  for (const { streamName, event } of history({ events, relayShare })) {
    appends.push(store.append(streamName, [event], 'any'));
    if (appends.length < appendsAtOnce) continue;
    await Promise.all(appends);
    appends = [];
  }
  await Promise.all(appends);
  await store.close();
}

/** Projects the whole log in batches, as the projector does; seconds. */
async function secondsToProject(dataDir: string, batchEvents: number): Promise<number> {
  const store = openSqliteEventStore(dataDir, () => 0);
  const file = readModelFileName(dataDir);
  removeReadModel(file);
  const db = openReadModelForWriting(file, store.logId);
  const rows = createSqliteReadModelWriter(db);
  const { signal } = new AbortController();
  try {
    return await seconds(async () => {
      for await (const batch of store.followAll({ after: null, batchEventsMax: batchEvents, signal })) {
        projectBatch(rows, batch, logger);
        if (batch.caughtUp) break;
      }
    });
  } finally {
    db.close();
    await store.close();
  }
}

function secondsToRebuild(dataDir: string): Promise<number> {
  return seconds(() => rebuild({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, () => undefined));
}

/** Inserts the rows of the finished read model into one like it; seconds. */
async function secondsToInsert(dataDir: string, batchEvents: number | null): Promise<number> {
  const finished = openReadModelForReading(readModelFileName(dataDir));
  const rows = rowsOf(finished);
  finished.close();
  const file = path.join(dataDir, 'same-rows.sqlite');
  const isRebuild = batchEvents === null;
  const db = isRebuild ? openReadModelForFilling(file, 'bench') : openReadModelForWriting(file, 'bench');
  try {
    return await seconds(() => {
      insertRows(db, rows, isRebuild ? rebuildBatchEventsMax : batchEvents);
      if (isRebuild) Array.from(makeReaderIndexes(db));
    });
  } finally {
    db.close();
    removeReadModel(file);
  }
}

async function seconds(work: () => Promise<void> | void): Promise<number> {
  globalThis.gc?.();
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
try {
  const dataDirOf = ({ relayShare }: Mode) => path.join(folder, `relay-${relayShare}`);
  for (const relayShare of new Set(modes.map((mode) => mode.relayShare))) {
    await writeLog(path.join(folder, `relay-${relayShare}`), relayShare);
  }
  const measured = modes.map((mode) => ({ mode, projected: [] as number[], inserted: [] as number[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { mode, projected, inserted } of measured) {
      const dataDir = dataDirOf(mode);
      const { batchEvents } = mode;
      const projecting = batchEvents === null ? secondsToRebuild(dataDir) : secondsToProject(dataDir, batchEvents);
      projected.push(events / (await projecting));
      inserted.push(events / (await secondsToInsert(dataDir, batchEvents)));
    }
  }
  printHead();
  for (const { mode, projected, inserted } of measured) {
    const own = summarise(inserted);
    printRow(mode.name, summarise(projected), 'events/s', summarise(projected).median / own.median);
    printRow('  the same rows, only inserted', own, 'events/s');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
