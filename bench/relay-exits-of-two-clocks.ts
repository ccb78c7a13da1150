/**
 * What does a callback cost if a source has many exits without a task id, and some of its callbacks carry CSS's times and others none? A
 * task is restarted many times, with no id in any exit. Then one callback has no time, and the callbacks after it are measured: starts and
 * files, with and without a time, and further exits.
 * Run: npm run bench:two-clocks
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

const exitsBefore = [10, 500, 5_000];
const rounds = 3;
const measured = 12;
const beginsAtSeconds = 1_600_000_000;
const logger = pino({ level: 'silent' });

interface Callback {
  readonly event: string;
  readonly atSeconds: number;
  readonly isTimed: boolean;
}

function relayEvent(position: number, { event, atSeconds, isTimed }: Callback): RecordedEvent {
  const time = { TaskStart: 'task_start_time', TaskExit: 'task_exit_time' }[event];
  const msg = {
    ...(isTimed && time !== undefined && { [time]: (beginsAtSeconds + atSeconds) * 1000 }),
    ...(event === 'TaskExit' ? { code: -22, message: 'write packet error.' } : {}),
    ...(event === 'VodSourceFileStart' ? { url: `http://source.example/${position}`, index: 0, duration: 20 } : {}),
  };
  const body = {
    appid: 4,
    callback_event: event,
    event_type: 314,
    ...(isTimed && { event_time: String(beginsAtSeconds + atSeconds) }),
    msg: JSON.stringify(msg),
    source_urls: '["http://source.example/1"]\n',
    ...(event !== 'TaskExit' && { task_id: '1', to_url: 'rtmp://5000.livepush.example/live/testvod' }),
  };
  return relayEventOf(position, body, (beginsAtSeconds + atSeconds) * 1000 + 500);
}

/** The callbacks measured, in turn. */
const kinds = [
  { event: 'TaskStart', isTimed: true },
  { event: 'VodSourceFileStart', isTimed: false },
  { event: 'TaskExit', isTimed: false },
  { event: 'TaskStart', isTimed: false },
  { event: 'VodSourceFileStart', isTimed: true },
  { event: 'TaskExit', isTimed: true },
] as const;

/** Microseconds per callback after this number of exits. */
function measure(exits: number): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-bench-'));
  const db = openReadModelForWriting(path.join(folder, 'read-model.sqlite'), 'bench');
  const rows = createReadModelWriter(db);
  let [position, atSeconds] = [0, 0];
  const project = (event: string, isTimed: boolean) => {
    position += 1;
    atSeconds += 60;
    projectBatch(rows, [relayEvent(position, { event, atSeconds, isTimed })], logger);
  };
  try {
    for (let exit = 0; exit < exits; exit += 1) {
      project('TaskStart', true);
      project('TaskExit', true);
    }
    project('TaskStart', false);
    return microsecondsEach(measured, () => {
      for (let nth = 0; nth < measured; nth += 1) {
        const { event, isTimed } = kinds[nth % kinds.length] ?? kinds[0];
        project(event, isTimed);
      }
    });
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

printHead();
let fewest: number | null = null;
for (const exits of exitsBefore) {
  const each = summarise(Array.from({ length: rounds }, () => measure(exits)));
  printRow(`a callback after ${exits} exits`, each, 'µs', fewest === null ? undefined : each.median / fewest);
  fewest ??= each.median;
}
