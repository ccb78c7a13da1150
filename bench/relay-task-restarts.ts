/**
 * Does a restart cost more the more often a task has been restarted? The hard case is an exit and the next start in the same second: times
 * in whole seconds leave their order open, so the second of the two is always late. Compares restarts one second apart.
 * Run: npm run bench:restarts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { RecordedEvent } from '../src/log/event-store.ts';
import { projectBatch } from '../src/projecting/project-batch.ts';
import { openReadModelForWriting } from '../src/projecting/file/read-model-file.ts';
import { createReadModelWriter } from '../src/projecting/file/read-model-writer.ts';
import { microsecondsEach, printHead, printRow, summarise } from './measure.ts';
import { relayEventOf } from './relay-event.ts';

const restartsTotal = 10_000;
const restartsMeasured = 1_000;
const rounds = 3;
const beginsAtSeconds = 1_600_000_000;
const logger = pino({ level: 'silent' });

function relayEvent(position: number, callbackEvent: string, atSeconds: number, namesTask: boolean): RecordedEvent {
  const body = {
    appid: 4,
    callback_event: callbackEvent,
    event_type: 314,
    event_time: String(beginsAtSeconds + atSeconds),
    msg: JSON.stringify(callbackEvent === 'TaskExit' ? { code: -22, message: 'write packet error.' } : {}),
    source_urls: '["http://source.example/1"]\n',
    ...(namesTask && { task_id: '1', to_url: 'rtmp://5000.livepush.example/live/testvod' }),
  };
  return relayEventOf(position, body, (beginsAtSeconds + atSeconds) * 1000 + position);
}

/** Microseconds of a restart among the first and among the last ones. */
function measure(secondsBetween: number, exitsNameTask: boolean): { first: number; last: number } {
  const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
  const db = openReadModelForWriting(path.join(folder, 'read-model.sqlite'), 'bench');
  const rows = createReadModelWriter(db);
  let position = 1;
  const restarts = (from: number, count: number) =>
    microsecondsEach(count, () => {
      for (let restart = from; restart < from + count; restart += 1) {
        const atSeconds = restart * 60;
        const events = [
          relayEvent(position, 'TaskExit', atSeconds, exitsNameTask),
          relayEvent(position + 1, 'TaskStart', atSeconds + secondsBetween, true),
        ];
        position += 2;
        projectBatch(rows, events, logger);
      }
    });
  try {
    const first = restarts(0, restartsMeasured);
    restarts(restartsMeasured, restartsTotal - 2 * restartsMeasured);
    return { first, last: restarts(restartsTotal - restartsMeasured, restartsMeasured) };
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

printHead();
for (const [what, secondsBetween, exitsNameTask] of [
  ['a second apart', 1, true],
  ['in the same second', 0, true],
  ['in the same second, exits without a task id', 0, false],
] as const) {
  const measured = Array.from({ length: rounds }, () => measure(secondsBetween, exitsNameTask));
  const first = summarise(measured.map((one) => one.first));
  const last = summarise(measured.map((one) => one.last));
  printRow(`${what}: first ${restartsMeasured}`, first, 'µs');
  printRow(`${what}: last ${restartsMeasured} of ${restartsTotal}`, last, 'µs', last.median / first.median);
}
