import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alertStreamOf } from '../domain/alerts/alert-events.ts';
import { isJsonObject, readObject, readTime } from '../domain/callback/json-object.ts';
import { readOutage } from '../domain/receiving/receiving-outage.ts';
import { ledgerStreamName, type EventStore, type NewEvent } from '../event-store/event-store.ts';
import { retentionStreamName } from '../event-store/retention-record.ts';
import { logFilePath } from '../event-store/sqlite/log-file.ts';
import { readNewestEvents } from '../event-store/sqlite/newest-events.ts';
import { fsyncPath, makeFolder } from '../kernel/folders.ts';
import { createOutageRecord, outageEvent, type OutageRecord } from '../receiving/outage-record.ts';
import type { NodeOptions } from './node.ts';

/** Milliseconds; a request waits longer than a shorter outage for its answer, and nothing is lost. */
export const outageMsMin = 1_000;

/** The end of what took callbacks before this start. */
export interface LastEnd {
  readonly cause: 'STOPPED' | 'LOST';
  readonly atMs: number;
}

/**
 * When callbacks were last taken: until this node was stopped or, where it ended without that, until the newest event of the
 * log, or of the copy and the spool, in these folders. Call it before anything of this start appends to them. Null where
 * nothing says so.
 */
export function readLastEnd(dataDir: string, logFolders: readonly string[]): LastEnd | null {
  // It is removed once callbacks are taken: where it is, the end was a stop, whatever others have recorded since.
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
    // Whether the log can be used is for what opens it to say.
  }
  return -Infinity;
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
  const file = path.join(dataDir, stoppedFile);
  const notAppended = readNotAppended(file);
  const record = createOutageRecord({ append, node, clock, notAppended });
  let hasTaken = false;
  const save = (left: readonly NewEvent[], stoppedAt?: string) => {
    const outages = left.map(({ eventId, data }) => ({ eventId, data: Buffer.from(data).toString() }));
    try {
      writeFileSync(file, JSON.stringify({ stoppedAt, outages }));
    } catch {
      // The next start records that the end was not a stop, since the newest event: an outage that may look longer.
    }
  };
  closing.add('record of outages', async () => {
    // Else it has noted nothing, and must append nothing: that would look as if callbacks had been taken.
    if (hasTaken) save(await record.close(), new Date(clock()).toISOString());
  });
  return {
    record,
    takingCallbacks() {
      hasTaken = true;
      // Durably: after an end without a stop, it would say when an earlier stop was.
      rmSync(file, { force: true });
      // Until the next stop: what is appended again counts once.
      if (notAppended.length > 0) save(notAppended);
      fsyncPath(dataDir);
      const toMs = clock();
      if (lastEnd === null || toMs - lastEnd.atMs < msMin) return;
      record.note({ cause: lastEnd.cause, fromMs: lastEnd.atMs, toMs, refused: null });
    },
  };
}

/** The outages that the log had not taken when the node was stopped. */
function readNotAppended(file: string): readonly NewEvent[] {
  const { outages } = readJsonFile(file);
  if (!Array.isArray(outages)) return [];
  return outages.filter(isJsonObject).flatMap(({ eventId, data }) => {
    const bytes = Buffer.from(String(data));
    return typeof eventId === 'string' && readOutage(bytes) !== null ? outageEvent(bytes, eventId) : [];
  });
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
