/**
 * Compares ledgers of a million and of ten thousand sessions with the same kind of history: first pages, statistics, memory, the start and
 * a whole export.
 * Run: npm run bench:scale (--sessions N makes it shorter).
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { benchFlags } from './bench-flags.ts';
import { openReadModelForReading, readModelFileName } from '../src/projecting/file/read-model-file.ts';
import { createReadModelReader } from '../src/projecting/file/read-model-reader.ts';
import { checkAnalyses, questions, timeQuestion } from './scale/analyses.ts';
import { checkFirstPages, documentedFilters, timeFirstPages } from './scale/first-pages.ts';
import { historyEndsMs } from './scale/history.ts';
import { writeLedger } from './scale/ledger.ts';
import { serve } from './scale/served.ts';
import { line, shorten, spread } from './table.ts';

const flags = benchFlags({
  sessions: { type: 'string', default: '1000000' },
  rounds: { type: 'string', default: '5' },
  pages: { type: 'string', default: '200' },
  // Keeps the ledgers here and reuses those of an earlier run.
  folder: { type: 'string' },
});
const [sessions, rounds, pages] = [Number(flags.sessions), Number(flags.rounds), Number(flags.pages)];
const sessionsOfSmall = 10_000;

interface Ledger {
  readonly dataDir: string;
  readonly events: number;
}

const folder = flags.folder ?? mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
try {
  const small = await write(sessionsOfSmall);
  const large = await write(sessions);
  const read = [small, large].map(({ dataDir }) => {
    const db = openReadModelForReading(readModelFileName(dataDir));
    return { db, reader: createReadModelReader(db) };
  });
  const [ofSmall, ofLarge] = read as [(typeof read)[number], (typeof read)[number]];
  checkFirstPages(ofSmall.db, ofSmall.reader);
  for (const { db } of read) checkAnalyses(db);

  line(
    [`first page of 50`, -58],
    ['examined', 8],
    ['p50 ms', 7],
    ['p99 ms', 7],
    ['CPU ms', 7],
    [`of ${sessionsOfSmall}: p50, p99`, 24],
    ['rows, its', 10],
    ['p50 to it', 9],
  );
  for (const filter of documentedFilters) {
    const [before, taken] = timeFirstPages([ofSmall, ofLarge], filter, pages) ?? [];
    if (before === undefined || taken === undefined) continue;
    line(
      [filter.name, -58],
      [filter.isServed ? '' : 'yes', 8],
      [shorten(taken.p50Ms), 7],
      [shorten(taken.p99Ms), 7],
      [shorten(taken.cpuMs), 7],
      [`${shorten(before.p50Ms)}, ${shorten(before.p99Ms)}`, 24],
      [`${Math.round(taken.rows)}, ${Math.round(before.rows)}`, 10],
      // Shorter pages cost less.
      [before.rows < taken.rows - 1 ? '–' : shorten(taken.p50Ms / before.p50Ms), 9],
    );
  }

  line([`\nstatistics of ${sessions} sessions`, -44], ['ms', 20], ['CPU ms', 20], [`CPU of ${sessionsOfSmall}`, 20]);
  for (const [name, question] of questions) {
    const taken = timeQuestion(ofLarge.db, question, rounds);
    const before = timeQuestion(ofSmall.db, question, rounds);
    line([name, -43], [spread(taken.wallMs), 20], [spread(taken.cpuMs), 20], [spread(before.cpuMs), 20]);
  }
  for (const { db } of read) db.close();
  await printServed(large);
} finally {
  if (flags.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

async function write(count: number): Promise<Ledger> {
  const dataDir = path.join(folder, String(count));
  if (!existsSync(readModelFileName(dataDir))) {
    const [begun, before] = [performance.now(), process.cpuUsage()];
    const { events } = await writeLedger(dataDir, count);
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - begun) / 1_000;
    process.stdout.write(
      `${count} sessions, ${events} events: written and projected in ${shorten(seconds)} s, ${shorten((user + system) / events)} µs of CPU each\n\n`,
    );
  }
  const db = openReadModelForReading(readModelFileName(dataDir));
  const events = db.prepare<[], number>('SELECT position FROM progress').pluck().get() ?? 0;
  db.close();
  return { dataDir, events };
}

async function printServed({ dataDir, events }: Ledger): Promise<void> {
  const day = 86_400_000;
  const at = (ms: number) => JSON.stringify(new Date(ms).toISOString());
  const window = `from: ${at(historyEndsMs - 30 * day)}, to: ${at(historyEndsMs)}`;
  const queries = [
    `{ streamSessionStatistics(${window}, groupBy: [DOMAIN, DAY]) { rowCount total { began reconnects } } }`,
    `{ concurrency(${window}, stepSeconds: 3600) { peak { live } } }`,
    '{ streamSessions(first: 500) { nodes { sequence domain streamId startedAt endedAt state } } }',
    '{ callbacks(first: 500) { nodes { position eventType receivedAt } } }',
  ];
  const { openedMs, idle, answering, exporting } = await serve(dataDir, queries);
  process.stdout.write(`\nopening a ledger of ${events} events that was closed properly: ${shorten(openedMs)} ms\n\n`);
  line(
    ['the service', -32],
    ['seconds', 8],
    ['CPU s', 8],
    ['own MB', 8],
    ['mapped MB', 10],
    ['loop p99 ms', 12],
    ['worst ms', 9],
  );
  for (const [name, one] of [
    ['nothing', idle],
    [`a month's statistics, pages${answering.refused > 0 ? ` (${answering.refused} refused)` : ''}`, answering],
    [`${exporting.rows} sessions as CSV`, exporting],
  ] as const) {
    line(
      [name, -32],
      [shorten(one.seconds), 8],
      [shorten(one.cpuSeconds), 8],
      [shorten(one.ownMb), 8],
      [shorten(one.filesMb), 10],
      [shorten(one.loopP99Ms), 12],
      [shorten(one.loopGreatestMs), 9],
    );
  }
}
