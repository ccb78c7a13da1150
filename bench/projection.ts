/**
 * Measures the events projected a second from the log on disk: live (small batches of arrivals), catching up (large batches) and
 * rebuilding. Compares SQLite's own rate of inserting the same final rows, each once, into a file opened in the same way.
 * Run: npm run bench:projection (--events N and --rounds N make it shorter, --only NAME picks rows).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pino } from 'pino';
import { benchFlags } from './bench-flags.ts';
import { rebuildBatchEventsMax } from '../src/operations/rebuild/build-read-model.ts';
import { rebuild } from '../src/operations/rebuild/rebuild.ts';
import { openSqliteEventStore } from '../src/log/sqlite/sqlite-event-store.ts';
import { projectBatch } from '../src/projecting/project-batch.ts';
import {
  makeReaderIndexes,
  openReadModelForFilling,
  openReadModelForReading,
  openReadModelForWriting,
  readModelFileName,
  removeReadModel,
} from '../src/projecting/file/read-model-file.ts';
import { createReadModelWriter } from '../src/projecting/file/read-model-writer.ts';
import { writeHistory } from './callback-history.ts';
import { printHead, printRow, summarise } from './measure.ts';
import { insertRows, rowsOf } from './same-rows.ts';

const flags = benchFlags({
  events: { type: 'string', default: '100000' },
  rounds: { type: 'string', default: '3' },
  only: { type: 'string', default: '' },
});
const events = Number(flags.events);
const rounds = Number(flags.rounds);
const logger = pino({ level: 'silent' });

interface Mode {
  readonly name: string;
  readonly relayShare: number;
  /** Events in a transaction; null: a rebuild, which chooses the number itself. */
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

/** The time and CPU time that some work took; on a busy machine, CPU time says more. */
interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Projects the whole log in batches, as the projector does. */
async function project(dataDir: string, batchEvents: number): Promise<Taken> {
  const store = openSqliteEventStore(dataDir, () => 0);
  const file = readModelFileName(dataDir);
  removeReadModel(file);
  const db = openReadModelForWriting(file, store.logId);
  const rows = createReadModelWriter(db);
  const { signal } = new AbortController();
  try {
    return await measure(async () => {
      for await (const batch of store.followAll({ after: null, batchEventsMax: batchEvents, signal })) {
        projectBatch(rows, batch.events, logger);
        if (batch.caughtUp) break;
      }
    });
  } finally {
    db.close();
    await store.close();
  }
}

function rebuildAll(dataDir: string): Promise<Taken> {
  return measure(() => rebuild({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, () => undefined));
}

/** Inserts the rows of the finished read model into an empty one. */
async function insertAll(dataDir: string, batchEvents: number | null): Promise<Taken> {
  const finished = openReadModelForReading(readModelFileName(dataDir));
  const rows = rowsOf(finished);
  finished.close();
  const file = path.join(dataDir, 'same-rows.sqlite');
  const isRebuild = batchEvents === null;
  const db = isRebuild ? openReadModelForFilling(file, 'bench') : openReadModelForWriting(file, 'bench');
  try {
    return await measure(() => {
      insertRows(db, rows, isRebuild ? rebuildBatchEventsMax : batchEvents);
      if (isRebuild) Array.from(makeReaderIndexes(db));
    });
  } finally {
    db.close();
    removeReadModel(file);
  }
}

async function measure(work: () => Promise<void> | void): Promise<Taken> {
  globalThis.gc?.();
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { seconds: (performance.now() - begun) / 1_000, cpuSeconds: (user + system) / 1_000_000 };
}

function printMode(name: string, taken: readonly Taken[], inserted: readonly Taken[] | null): void {
  const of = (all: readonly Taken[], figure: (one: Taken) => number) => summarise(all.map(figure));
  const rate = ({ seconds }: Taken) => events / seconds;
  const cpu = ({ cpuSeconds }: Taken) => (cpuSeconds * 1_000_000) / events;
  const [ratio, cpuRatio] =
    inserted === null
      ? []
      : [
          of(taken, rate).median / of(inserted, rate).median,
          // Inverted, so that both show the share of the inserts' rate that is achieved.
          of(inserted, cpu).median / of(taken, cpu).median,
        ];
  printRow(name, of(taken, rate), 'events/s', ratio);
  printRow('    CPU', of(taken, cpu), 'µs each', cpuRatio);
}

const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
try {
  const dataDirOf = ({ relayShare }: Mode) => path.join(folder, `relay-${relayShare}`);
  for (const relayShare of new Set(modes.map((mode) => mode.relayShare))) {
    await writeHistory(path.join(folder, `relay-${relayShare}`), { events, relayShare });
  }
  const measured = modes.map((mode) => ({ mode, projected: [] as Taken[], inserted: [] as Taken[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { mode, projected, inserted } of measured) {
      const dataDir = dataDirOf(mode);
      const { batchEvents } = mode;
      projected.push(await (batchEvents === null ? rebuildAll(dataDir) : project(dataDir, batchEvents)));
      inserted.push(await insertAll(dataDir, batchEvents));
    }
  }
  printHead();
  for (const { mode, projected, inserted } of measured) {
    printMode(mode.name, projected, inserted);
    printMode('  the same rows, only inserted', inserted, null);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
