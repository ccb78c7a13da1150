import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alertStreamOf } from '../domain/alerts/alert-events.ts';
import { readObject, readTime } from '../domain/callback/json-object.ts';
import { ledgerStreamName, type EventStore } from '../event-store/event-store.ts';
import { retentionStreamName } from '../event-store/retention-record.ts';
import { logFilePath } from '../event-store/sqlite/log-file.ts';
import { readNewestEvents } from '../event-store/sqlite/newest-events.ts';
import { fsyncPath, makeFolder } from '../kernel/folders.ts';
import { createOutageRecord, type OutageRecord } from '../receiving/outage-record.ts';
import type { NodeOptions } from './node.ts';

/** Milliseconds; a request waits longer than a shorter outage for its answer, and nothing is lost. */
export const outageMsMin = 1_000;

/** The end of what took callbacks before this start. */
export interface LastEnd {
  readonly cause: 'STOPPED' | 'LOST';
  readonly atMs: number;
}

/**
 * When callbacks were last taken: until this node was stopped or, where it ended without that, until the newest event of
 * the log or copy in a folder (null: there is none). Call it before anything of this start appends to it. Null where nothing
 * says so.
 */
export function readLastEnd(dataDir: string, logFolder: string | null): LastEnd | null {
  // It is removed once callbacks are taken: where it is, the end was a stop, whatever others have recorded since.
  const stoppedAtMs = readTime(readJsonFile(path.join(dataDir, stoppedFile))['stoppedAt']);
  if (stoppedAtMs !== null) return { cause: 'STOPPED', atMs: stoppedAtMs };
  if (logFolder === null || !existsSync(logFilePath(logFolder))) return null;
  try {
    for (const { streamName, recordedAtMs } of readNewestEvents(logFolder, eventsExaminedMax)) {
      if (!isAppendedByStart(streamName)) return { cause: 'LOST', atMs: recordedAtMs };
    }
  } catch {
    // Whether the log can be used is for what opens it to say.
  }
  return null;
}

export interface OutageParts {
  readonly dataDir: string;
  readonly lastEnd: LastEnd | null;
  readonly append: EventStore['append'];
  readonly node: string | null;
}

export interface NodeOutages {
  readonly record: OutageRecord;
  /** Call it once callbacks come in: records the time since the last end. */
  takingCallbacks(): void;
}

/** Records when callbacks could not be taken. A start that never took them records nothing, and leaves the last end as it is. */
export function openOutageRecord(
  { dataDir, lastEnd, append, node }: OutageParts,
  { clock, closing, outageMsMin: msMin }: Pick<NodeOptions, 'outageMsMin' | 'clock' | 'closing'>,
): NodeOutages {
  const record = createOutageRecord({ append, node, clock });
  const file = path.join(dataDir, stoppedFile);
  let hasTaken = false;
  closing.add('record of outages', async () => {
    await record.close();
    if (!hasTaken) return;
    try {
      writeFileSync(file, JSON.stringify({ stoppedAt: new Date(clock()).toISOString() }));
    } catch {
      // The next start records that the end was not a stop, since the newest event: an outage that may look longer.
    }
  });
  return {
    record,
    takingCallbacks() {
      hasTaken = true;
      // Durably: after an end without a stop, it would say when an earlier stop was.
      rmSync(file, { force: true });
      fsyncPath(dataDir);
      const toMs = clock();
      if (lastEnd === null || toMs - lastEnd.atMs < msMin) return;
      record.note({ cause: lastEnd.cause, fromMs: lastEnd.atMs, toMs, refused: null });
    },
  };
}

const stoppedFile = 'stopped.json';

/** Newest events that are looked at for one that shows that callbacks were taken: some milliseconds of work. */
const eventsExaminedMax = 10_000;

/** Whether a start, even one that never takes a callback, or a command beside no service appends to the stream by itself. */
function isAppendedByStart(streamName: string): boolean {
  return [ledgerStreamName, retentionStreamName].includes(streamName) || streamName.startsWith(alertStreamOf(''));
}

/** The name of a receiving node with a shared log: made at random, and kept in its folder. */
export function nodeNameIn(folder: string): string {
  const file = path.join(folder, 'node.json');
  const { name } = readJsonFile(file);
  if (typeof name === 'string') return name;
  const made = randomUUID();
  makeFolder(folder);
  writeFileSync(file, JSON.stringify({ name: made }));
  return made;
}

function readJsonFile(file: string) {
  try {
    return readObject(readFileSync(file));
  } catch {
    return {};
  }
}
