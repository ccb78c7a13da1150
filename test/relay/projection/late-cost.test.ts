import { describe, expect, test } from '@jest/globals';
import path from 'node:path';
import { projectBatch } from '../../../src/projecting/project-batch.ts';
import { openReadModelForWriting } from '../../../src/projecting/file/read-model-file.ts';
import { createReadModelWriter } from '../../../src/projecting/file/read-model-writer.ts';
import { countReads } from '../../support/counted-reads.ts';
import { openLedger, type TestArrival } from '../../support/ledger.ts';
import { openRecordingLogger } from '../../support/recording-logger.ts';

const beginsAtSeconds = 1_600_000_000;

function callback(event: string, seconds: number, more: Record<string, unknown> = {}): TestArrival {
  return {
    body: {
      appid: 4,
      event_type: 314,
      callback_event: event,
      task_id: '1',
      source_urls: '["http://a.example/1"]',
      msg: JSON.stringify({ index: 0, code: seconds }),
      event_time: String(beginsAtSeconds + seconds),
      ...more,
    },
    receivedAtMs: (beginsAtSeconds + seconds) * 1_000,
  };
}

/** A run each 100 s: its start, a file, and its exit. Of the one in the middle, only the start has arrived. */
function runs(count: number): TestArrival[] {
  return Array.from({ length: count }, (_, run) => {
    const start = callback('TaskStart', run * 100);
    if (run === count / 2) return [start];
    return [start, callback('VodSourceFileStart', run * 100 + 1), callback('TaskExit', run * 100 + 90)];
  }).flat();
}

/** Without a time: it arrives at this second. */
const untimed = (event: string, seconds: number, more: Record<string, unknown> = {}) =>
  callback(event, seconds, { event_time: undefined, ...more });

const nameless = { task_id: undefined };

/** As many runs that exits which name no task have ended, all with a time, and then a start without one. */
function runsOnTwoClocks(count: number): TestArrival[] {
  const timed = Array.from({ length: count }, (_, run) => [
    callback('TaskStart', run * 100),
    callback('TaskExit', run * 100 + 90, nameless),
  ]);
  return [...timed.flat(), untimed('TaskStart', count * 100)];
}

/** What comes after those, in order, with and without a time. */
function inOrderAfter(count: number): TestArrival[] {
  const at = count * 100;
  return [
    untimed('VodSourceFileStart', at + 1),
    callback('VodSourceFileFinish', at + 2),
    untimed('TaskExit', at + 3, nameless),
    callback('TaskStart', at + 4),
    untimed('TaskStart', at + 5),
    callback('TaskExit', at + 6, nameless),
  ];
}

/** Rows that are read to project each of these callbacks alone, after those. */
async function readsAfter(inOrder: readonly TestArrival[], late: readonly TestArrival[]): Promise<number[]> {
  const ledger = openLedger();
  const db = openReadModelForWriting(path.join(ledger.folder, 'counted.sqlite'), ledger.store.logId);
  try {
    await ledger.append([...inOrder, ...late]);
    // The log begins with an event of its own.
    const events = await ledger.events();
    const { db: counted, rows } = countReads(db);
    const writer = createReadModelWriter(counted);
    const { logger, lines } = openRecordingLogger();
    projectBatch(writer, events.slice(0, 1 + inOrder.length), logger);
    const reads = events.slice(1 + inOrder.length).map((event) => {
      const before = rows();
      projectBatch(writer, [event], logger);
      return rows() - before;
    });
    expect(lines).toEqual([]);
    return reads;
  } finally {
    db.close();
    await ledger.close();
  }
}

/** Callbacks of the middle of a task of so many runs, and of its beginning, none of which was known. */
function lateIn(runCount: number): readonly (readonly [name: string, arrival: TestArrival])[] {
  const middle = (runCount / 2) * 100;
  return [
    ['an exit', callback('TaskExit', middle + 90)],
    ['a start', callback('TaskStart', middle + 95)],
    ['a file', callback('VodSourceFileFinish', middle + 96)],
    ['a file before all', callback('VodSourceFileStart', -10)],
    ['a start before all', callback('TaskStart', -500)],
    ['an exit of it that names no task', callback('TaskExit', -450, { task_id: undefined })],
    ['an exit after that', callback('TaskExit', -400)],
  ];
}

test('where exits of two clocks name no task, a callback reads at most ten times as much after 1,000 of them as after 10', async () => {
  const few = await readsAfter(runsOnTwoClocks(10), inOrderAfter(10));
  const many = await readsAfter(runsOnTwoClocks(1_000), inOrderAfter(1_000));
  const costly = many.filter((reads, index) => reads > 10 * Math.max(1, few[index] ?? 0));
  expect(costly).toEqual([]);
});

describe('a late callback', () => {
  test('reads at most ten times as much in a task of 1,000 runs as in one of 10', async () => {
    const [short, long] = [lateIn(10), lateIn(1_000)];
    const fewRuns = await readsAfter(
      runs(10),
      short.map(([, arrival]) => arrival),
    );
    const manyRuns = await readsAfter(
      runs(1_000),
      long.map(([, arrival]) => arrival),
    );
    const costly = long.filter((_, index) => (manyRuns[index] ?? Infinity) > 10 * Math.max(1, fewRuns[index] ?? 0));
    expect(costly.map(([name]) => name)).toEqual([]);
  });
});
