import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alertStreamOf } from '../alerts/alert-events.ts';
import { isJsonObject, readTime } from '../callbacks/json-object.ts';
import { readOutage, createOutageRecord, outageEvent } from '../outages/receiving-outage-events.ts';
import { ledgerStreamName, type EventStore, type NewEvent } from '../log/event-store.ts';
import { erasuresStreamName, retentionStreamName } from '../log/ledger-events.ts';
import { logFilePath } from '../log/sqlite/log-file.ts';
import { readNewestEvents } from '../log/sqlite/sqlite-event-store.ts';
import { fsyncPath, makeFolder } from '../kernel/disk.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Closing } from '../kernel/this-process.ts';
import { readJsonFile } from './data-dir.ts';

/** Milliseconds. A shorter outage loses nothing, because requests wait longer for their answers. */
export const outageMsMin = 1_000;

/** When and how taking callbacks ended before this start. */
interface LastEnd {
  readonly cause: 'STOPPED' | 'LOST';
  readonly atMs: number;
}

/**
 * When callbacks were last taken: until this node was stopped or, if it was not stopped, until the newest event in
 * `logFolders`, which have the log, or the copy and the spool. Call it before this start appends to them. Null if unknown.
 */
export function readLastEnd(dataDir: string, logFolders: readonly string[]): LastEnd | null {
  // Taking callbacks removes the time, so if it is there, the end was a stop, whatever others have recorded since.
  const stoppedAtMs = readTime(readJsonFile(path.join(dataDir, stoppedFile))['stoppedAt']);
  if (stoppedAtMs !== null) return { cause: 'STOPPED', atMs: stoppedAtMs };
  const atMs = Math.max(...logFolders.map(newestRecordedAt));
  return atMs === -Infinity ? null : { cause: 'LOST', atMs };
}

function newestRecordedAt(folder: string): number {
  if (!existsSync(logFilePath(folder))) return -Infinity;
  try {
    for (const { streamName, recordedAtMs } of readNewestEvents(folder, eventsExaminedMax)) {
      if (!isAppendedByStart(streamName)) return recordedAtMs;
    }
  } catch {
    // Opening the log reports whether it can be used.
  }
  return -Infinity;
}

export interface OutageParts {
  readonly append: EventStore['append'];
  readonly lastEnd: LastEnd | null;
  /** The name of this node; null if the log is not shared. */
  readonly node: string | null;
}

interface OutageOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly closing: Closing;
  /** Milliseconds: `outageMsMin`, except in tests. */
  readonly outageMsMin: number;
}

/** Records when callbacks could not be taken. A start that never took any records nothing, and keeps the last end. */
export function openOutageRecord(
  { append, lastEnd, node }: OutageParts,
  { dataDir, clock, closing, outageMsMin: msMin }: OutageOptions,
) {
  const file = path.join(dataDir, stoppedFile);
  const notAppended = readNotAppended(file);
  const record = createOutageRecord({ append, node, clock, notAppended });
  let hasTaken = false;
  const save = (left: readonly NewEvent[], stoppedAt?: string) => {
    const outages = left.map(({ eventId, data }) => ({ eventId, data: Buffer.from(data).toString() }));
    try {
      writeFileSync(file, JSON.stringify({ stoppedAt, outages }));
    } catch {
      // The next start takes this end for a loss at the newest event, so the outage may look longer.
    }
  };
  closing.add('record of outages', async () => {
    // Otherwise nothing may be appended: it would look as if callbacks had been taken.
    if (hasTaken) save(await record.close(), new Date(clock()).toISOString());
  });
  return {
    record,
    /** Records the time since the last end. Call it once callbacks can arrive. */
    takingCallbacks(): void {
      hasTaken = true;
      // Durably, because after an end without a stop the file would have the time of an earlier stop.
      rmSync(file, { force: true });
      // Kept until the next stop: an outage that is appended again counts once.
      if (notAppended.length > 0) save(notAppended);
      fsyncPath(dataDir);
      const toMs = clock();
      if (lastEnd === null || toMs - lastEnd.atMs < msMin) return;
      record.note({ cause: lastEnd.cause, fromMs: lastEnd.atMs, toMs, refused: null });
    },
  };
}

/** The outages that were not yet in the log when the node was stopped. */
function readNotAppended(file: string): readonly NewEvent[] {
  const { outages } = readJsonFile(file);
  if (!Array.isArray(outages)) return [];
  return outages.filter(isJsonObject).flatMap(({ eventId, data }) => {
    const bytes = Buffer.from(String(data));
    return typeof eventId === 'string' && readOutage(bytes) !== null ? outageEvent(bytes, eventId) : [];
  });
}

const stoppedFile = 'stopped.json';

/** Newest events that are searched for one that shows that callbacks were taken: some milliseconds of work. */
const eventsExaminedMax = 10_000;

/** Whether a start that takes no callback, or a command without a running service, may append to the stream. */
function isAppendedByStart(streamName: string): boolean {
  return (
    [ledgerStreamName, retentionStreamName, erasuresStreamName].includes(streamName) ||
    streamName.startsWith(alertStreamOf(''))
  );
}

/** The name of a receiving node with a shared log. It is random, and stored in the node's folder. */
export function nodeNameIn(folder: string): string {
  const file = path.join(folder, 'node.json');
  const { name } = readJsonFile(file);
  if (typeof name === 'string') return name;
  const made = randomUUID();
  makeFolder(folder);
  writeFileSync(file, JSON.stringify({ name: made }));
  return made;
}
