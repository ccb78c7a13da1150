/**
 * Does a relay task that loops for weeks cost more per event than a short one? Compares the same number of file events as a thousand tasks
 * of 200 and as one task of 200,000: rebuilt, folded live one event at a time, and queried.
 * Run: npm run bench:relay (about three minutes; --events N and --rounds N make it shorter).
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { benchFlags } from './bench-flags.ts';
import { writeArrival } from '../src/callbacks/arrival.ts';
import type { RecordedEvent } from '../src/log/event-store.ts';
import { projectBatch } from '../src/projecting/project-batch.ts';
import { openReadModelForReading, openReadModelForWriting } from '../src/projecting/file/read-model-file.ts';
import { createReadModelReader } from '../src/projecting/file/read-model-reader.ts';
import { createReadModelWriter } from '../src/projecting/file/read-model-writer.ts';
import { microsecondsEach, printHead, printRow, summarise } from './measure.ts';

const flags = benchFlags({ events: { type: 'string', default: '200000' }, rounds: { type: 'string', default: '5' } });
const eventsTotal = Number(flags.events);
const rounds = Number(flags.rounds);
const shortTaskEvents = 200;
const batchEvents = 5_000;
const liveEvents = 2_000;
const queries = 2_000;
const filesOfLoop = 5;
const beginsAtMs = 1_600_000_000_000;
/** Longer than the window in which an equal callback is a redelivery: each play is a separate callback. */
const fileSeconds = 20;

const logger = pino({ level: 'silent' });

/** The nth file event of a loop of five files: starts and finishes in turn, without a time. */
function fileEvent(taskId: number, nth: number, position: number): RecordedEvent {
  const play = Math.floor(nth / 2);
  const index = play % filesOfLoop;
  const body = {
    appid: 4,
    callback_event: nth % 2 === 0 ? 'VodSourceFileStart' : 'VodSourceFileFinish',
    event_type: 314,
    interface: 'general_callback',
    msg: JSON.stringify({ url: `http://source.example/${index}.m3u8`, index, duration: fileSeconds }),
    product_name: 'pullpush',
    source_urls: `${JSON.stringify([`http://source.example/${taskId}`])}\n`,
    stream_id: 'testvod',
    task_id: String(taskId),
    to_url: 'rtmp://5000.livepush.example/live/testvod',
  };
  return {
    position: BigInt(position),
    streamName: `relayTask-4/${taskId}`,
    revision: BigInt(nth),
    eventId: randomUUID(),
    type: 'CssRelayVodSourceFileStart',
    data: Buffer.from(JSON.stringify(body)),
    metadata: writeArrival({
      receivedAtMs: beginsAtMs + nth * fileSeconds * 500,
      signature: 'TOKEN',
      remoteAddress: '127.0.0.1',
    }),
    recordedAtMs: beginsAtMs,
  };
}

/** Events of as many tasks as needed, interleaved as they would arrive. */
function* history(eventsOfTask: number): Generator<RecordedEvent> {
  const tasks = eventsTotal / eventsOfTask;
  for (let position = 1; position <= eventsTotal; position += 1) {
    yield fileEvent(1 + ((position - 1) % tasks), Math.floor((position - 1) / tasks), position);
  }
}

function measure(eventsOfTask: number) {
  const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
  const file = path.join(folder, 'read-model.sqlite');
  const db = openReadModelForWriting(file, 'bench');
  const rows = createReadModelWriter(db);
  const project = (events: readonly RecordedEvent[]) => {
    projectBatch(rows, events, logger);
  };
  try {
    let rebuildUs = 0;
    let batch: RecordedEvent[] = [];
    const flush = () => {
      rebuildUs += microsecondsEach(eventsTotal, () => project(batch));
      batch = [];
    };
    for (const event of history(eventsOfTask)) {
      batch.push(event);
      if (batch.length === batchEvents) flush();
    }
    flush();

    const next = Array.from({ length: liveEvents }, (_, index) =>
      fileEvent(1, eventsOfTask + index, eventsTotal + 1 + index),
    );
    const liveUs = microsecondsEach(liveEvents, () => {
      for (const event of next) project([event]);
    });

    const reading = openReadModelForReading(file);
    const reader = createReadModelReader(reading);
    const queryUs = microsecondsEach(queries, () => {
      for (let repetition = 0; repetition < queries; repetition += 1) {
        const [task] = reader.relay.tasksByTaskId('1', null, 2);
        if (task?.newestRun == null) throw new Error('The task is missing.');
        reader.relay.runs([task.id], 100);
        reader.relay.files(task.id, task.newestRun, 100);
        reader.relay.playingFile(task.id, task.newestRun);
        reader.relay.alarms(task.id, 100);
        const condition = { field: 'taskRow', operator: 'eq', value: task.id } as const;
        reader.callbacks({
          condition,
          order: { by: 'RECORDED', descending: true },
          direction: 'forwards',
          from: null,
          rowsMax: 50,
          countMax: null,
          budget: { rowsLeft: 0, spend: () => undefined },
        });
      }
    });
    reading.close();
    return { rebuildUs, liveUs, queryUs };
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Measured = ReturnType<typeof measure>;
const short: Measured[] = [];
const long: Measured[] = [];
for (let round = 0; round < rounds; round += 1) {
  short.push(measure(shortTaskEvents));
  long.push(measure(eventsTotal));
}

printHead();
for (const [what, pick] of [
  ['rebuild, batches of 5,000', (one: Measured) => one.rebuildUs],
  ['live, one event a transaction', (one: Measured) => one.liveUs],
  ['query: task, runs, files, alarms, 50 callbacks', (one: Measured) => one.queryUs],
] as const) {
  const ofShort = summarise(short.map(pick));
  const ofLong = summarise(long.map(pick));
  printRow(`${what}: tasks of ${shortTaskEvents}`, ofShort, 'µs');
  printRow(`${what}: one of ${eventsTotal}`, ofLong, 'µs', ofLong.median / ofShort.median);
}
