import type Database from 'better-sqlite3';
import { isImpossible, withKnown, type Condition } from '../../lists/listing.ts';
import { leastValue } from '../../lists/sql/list-definition.ts';
import { relayTaskList } from '../../relay/tables/relay-task-list.ts';
import { lastHeardSql, lastReceivedSql } from '../../sessions/stream-session-table.ts';
import { streamSessionList } from '../../sessions/stream-session-list.ts';
import { readMatching, type Slice } from '../matching-rows-table.ts';
import { endedAt, sessionSlices, supersededAt } from '../session-spans-table.ts';
import { allTasks } from '../statistics/happenings-table.ts';
import { stoppedAtMs, type SessionSpan } from '../statistics/session-statistics.ts';
import type { TimeWindow } from '../statistics/statistics.ts';
import {
  habitWindow,
  missingReasons,
  silenceOf,
  type DomainPush,
  type FoundMissing,
  type MissingCallbackField,
  type MissingCallbacksQuestion,
  type MissingReason,
  type RecordBegan,
} from './missing-callbacks.ts';

/** Callbacks at the beginning of the record from which its beginning by CSS's clock is derived. */
const firstCallbacksMax = 100;

/** When the first callback of the record arrived, and what CSS's clock said then: callbacks arrive that much later at least. */
export function recordBeganAt(db: Database.Database): RecordBegan {
  const first = db.prepare<[], RecordBegan>(
    `SELECT received_at AS receivedAtMs, received_at - (
         SELECT min(received_at - occurred_at) FROM (
           SELECT received_at, occurred_at FROM callbacks ORDER BY position LIMIT ${firstCallbacksMax}
         )) AS occurredAtMs
     FROM callbacks ORDER BY position LIMIT 1`,
  );
  return first.get() ?? { occurredAtMs: null, receivedAtMs: null };
}

/** Every missing callback that matches, each once. Some may be outside the window. */
export function* readMissing(
  db: Database.Database,
  { condition, window, silentAfterMs }: MissingCallbacksQuestion,
  assertGoesOn: () => void,
): Generator<FoundMissing> {
  for (const reason of missingReasons) {
    const ofReason = withKnown(condition, { reason, ...(reason === 'DOMAIN_SILENT' && ofNoStream) });
    if (isImpossible(ofReason)) continue;
    yield* readOne(db, reason, { condition: ofReason, window, silentAfterMs, assertGoesOn });
  }
}

const ofNoStream = { path: null, streamId: null };

/** What most missing callbacks are not about. */
const ofNothing = {
  sessionRow: null,
  taskRow: null,
  run: null,
  file: null,
  usualPauseMs: null,
  nth: 0,
  isByOurClock: false,
};

/** What to read for one reason, or for several that are found together. */
interface MissingRequest {
  /** The condition on all rows that may show this reason, without the reason itself. */
  readonly condition: Condition<MissingCallbackField>;
  readonly window: TimeWindow;
  readonly silentAfterMs: number;
  readonly assertGoesOn: () => void;
}

function readOne(db: Database.Database, reason: MissingReason, request: MissingRequest): Generator<FoundMissing> {
  switch (reason) {
    case 'DOMAIN_SILENT':
      return readSilentDomains(db, request);
    case 'RUN_WITHOUT_START':
    case 'FILE_WITHOUT_START':
      return readMissingOfTasks(db, reason, request);
    default:
      return readMissingOfSessions(db, reason, request);
  }
}

/** Of a session or a task. */
const namedColumns = ['id', 'CAST(first_position AS TEXT)', 'app_id', 'domain', 'path', 'stream_id'];

type NamedColumns = readonly [
  row: number,
  firstPosition: string,
  appId: string,
  domain: string | null,
  path: string | null,
  streamId: string | null,
];

type SessionReason = 'SUPERSEDED_WITHOUT_END' | 'END_WITHOUT_START' | 'LIVE_BUT_SILENT';

/** Sessions that miss a callback for this reason. */
function* readMissingOfSessions(
  db: Database.Database,
  reason: SessionReason,
  { condition, window, silentAfterMs, assertGoesOn }: MissingRequest,
): Generator<FoundMissing> {
  const { meets, times, slice } = definitions[reason];
  const silentSinceMs = window.toMs - silentAfterMs;
  const columns = [...namedColumns, ...times(silentSinceMs), meets(silentSinceMs)];
  const slices = [{ ...ofSessions, ...slice(window.toMs) }];
  const rows = { list: streamSessionList, by: 'STARTED_AT', condition, columns, slices, assertGoesOn };
  for (const row of readMatching<SessionColumns>(db, rows)) {
    const [sessionRow, firstPosition, appId, domain, path, streamId, expectedFromMs, expectedToMs, isMissing] = row;
    if (isMissing !== 1) continue;
    yield {
      ...ofNothing,
      reason,
      appId,
      domain,
      path,
      streamId,
      sessionRow,
      firstPosition,
      expectedFromMs,
      expectedToMs: expectedToMs ?? window.toMs,
    };
  }
}

type SessionColumns = readonly [
  ...NamedColumns,
  expectedFromMs: number | null,
  expectedToMs: number | null,
  isMissing: number,
];

interface Definition {
  /** The condition of a session that misses the callback. Needed because a filter may find sessions of any kind. */
  readonly meets: (silentSinceMs: number) => string;
  /** Between which moments the callback should have come; null: until the end of the window. */
  readonly times: (silentSinceMs: number) => readonly [from: string, to: string];
  readonly slice: (toMs: number) => Pick<Slice, 'index' | 'when' | 'to'>;
}

const ofSessions = { table: 'stream_sessions', column: 'ordered_at', position: 'list_position', from: leastValue };

/** Reads little of sessions that were heard of recently. */
const isSilent = (sinceMs: number) =>
  `CASE WHEN state = 'LIVE' AND ${lastReceivedSql} < ${sinceMs} THEN ${lastHeardSql} < ${sinceMs} ELSE 0 END`;

const definitions: Readonly<Record<SessionReason, Definition>> = {
  SUPERSEDED_WITHOUT_END: {
    meets: () => `state = 'SUPERSEDED'`,
    times: () => ['ordered_at', supersededAt],
    slice: (to) => ({ index: 'stream_sessions_superseded', when: `state = 'SUPERSEDED'`, to }),
  },
  END_WITHOUT_START: {
    // The push is the fourth value of the fold, see `toFoldText`.
    meets: () => `started_at_source <> 'PUSH_CALLBACK' AND json_extract(session, '$[3]') IS NULL`,
    times: () => ['started_at', 'ordered_at'],
    slice: (to) => ({ index: 'stream_sessions_without_push', when: `started_at_source <> 'PUSH_CALLBACK'`, to }),
  },
  LIVE_BUT_SILENT: {
    meets: isSilent,
    times: (sinceMs) => [`CASE WHEN ${isSilent(sinceMs)} THEN ${lastHeardSql} END`, 'NULL'],
    slice: (to) => ({ index: 'stream_sessions_live', when: `state = 'LIVE'`, to }),
  },
};

type TaskReason = 'RUN_WITHOUT_START' | 'FILE_WITHOUT_START';

/** Runs without a TaskStart, or files that finished more often in a run than a VodSourceFileStart of them arrived in it. */
function* readMissingOfTasks(
  db: Database.Database,
  reason: TaskReason,
  { condition, assertGoesOn }: MissingRequest,
): Generator<FoundMissing> {
  const rows = {
    list: relayTaskList,
    by: 'STARTED_AT',
    condition,
    columns: namedColumns,
    slices: [allTasks],
    assertGoesOn,
  };
  const find = reason === 'RUN_WITHOUT_START' ? runsWithoutStart(db) : filesWithoutStart(db);
  let count = 0;
  for (const [taskRow, firstPosition, appId, domain, path, streamId] of readMatching<NamedColumns>(db, rows)) {
    // Runs and files of one task are numbered apart from each other.
    let nth = reason === 'RUN_WITHOUT_START' ? 0 : 1;
    for (const one of find(taskRow)) {
      yield { ...ofNothing, reason, appId, domain, path, streamId, taskRow, firstPosition, ...one, nth };
      nth += 2;
    }
    if (++count % tasksBetweenChecks === 0) assertGoesOn();
  }
}

/** Tasks examined between two checks of whether to go on: a few milliseconds. */
const tasksBetweenChecks = 256;

type OfTask = Pick<FoundMissing, 'expectedFromMs' | 'expectedToMs' | 'run' | 'file' | 'isByOurClock'>;

/**
 * Expected between the exit of the previous run and the first callback of this run: both by CSS's clock, or both by
 * ours if the first callback carries no time.
 */
function runsWithoutStart(db: Database.Database) {
  const runs = db.prepare<[number], RunTimes>(
    `SELECT start_at IS NOT NULL AS hasStart, opened_occurred_at AS openedAtMs, opened_received_at AS openArrivedAtMs,
       exited_at AS exitedAtMs, exit_received_at AS exitArrivedAtMs
     FROM relay_runs WHERE task_row = ? ORDER BY order_at, nth`,
  );
  return function* (taskRow: number): Generator<OfTask> {
    let run = 0;
    let before: RunTimes | null = null;
    for (const one of runs.iterate(taskRow)) {
      run += 1;
      const isByOurClock = one.openedAtMs === null;
      const expectedToMs = one.openedAtMs ?? one.openArrivedAtMs;
      const fromMs = (isByOurClock ? before?.exitArrivedAtMs : before?.exitedAtMs) ?? null;
      const expectedFromMs = fromMs === null ? null : Math.min(fromMs, expectedToMs);
      if (one.hasStart === 0) yield { run, file: null, expectedFromMs, expectedToMs, isByOurClock };
      before = one;
    }
  };
}

interface RunTimes {
  readonly hasStart: number;
  readonly openedAtMs: number | null;
  readonly openArrivedAtMs: number;
  readonly exitedAtMs: number | null;
  readonly exitArrivedAtMs: number | null;
}

/** Expected before the last finish of the file, by the clock of that finish. */
function filesWithoutStart(db: Database.Database) {
  const files = db.prepare<[number], FileTimes>(
    `SELECT relay_runs.start_at IS NOT NULL AS hasStart, relay_files.finished_arrived_at IS NOT NULL AS isByOurClock,
       iif(relay_files.finished_arrived_at IS NULL, coalesce(relay_runs.started_at, opened_occurred_at),
         opened_received_at) AS openedAtMs,
       coalesce(relay_files.finished_arrived_at, relay_files.finished_at) AS finishedAtMs, duration_seconds AS seconds,
       (SELECT count(*) FROM relay_runs AS earlier WHERE earlier.task_row = relay_runs.task_row
          AND (earlier.order_at, earlier.nth) <= (relay_runs.order_at, relay_runs.nth)) AS run,
       relay_files.file_index AS fileIndex, relay_files.url AS url
     FROM relay_files JOIN relay_runs ON relay_runs.task_row = relay_files.task_row
       AND relay_runs.order_at = relay_files.run_at AND relay_runs.nth = relay_files.run_nth
     WHERE relay_files.task_row = ? AND finishes > starts
     ORDER BY run_at, run_nth, key`,
  );
  return function* (taskRow: number): Generator<OfTask> {
    for (const file of files.iterate(taskRow)) {
      const { fileIndex: index, url, run, finishedAtMs } = file;
      const times = { expectedFromMs: earliestStartOf(file), expectedToMs: finishedAtMs };
      yield { run, file: { index, url }, ...times, isByOurClock: file.isByOurClock === 1 };
    }
  };
}

interface FileTimes {
  readonly hasStart: number;
  readonly isByOurClock: number;
  /** The first callback of the run; null: unknown by the clock of the finish. */
  readonly openedAtMs: number | null;
  readonly finishedAtMs: number;
  readonly seconds: number | null;
  readonly run: number;
  readonly fileIndex: number | null;
  readonly url: string | null;
}

/**
 * The earliest moment at which a file can have begun: with its run, if that has a TaskStart. Otherwise the run may have
 * begun before its first callback, and the file at least its own duration before its finish. Null if that is unknown.
 */
function earliestStartOf({ hasStart, openedAtMs, finishedAtMs, seconds }: FileTimes): number | null {
  if (hasStart === 1 && openedAtMs !== null) return Math.min(openedAtMs, finishedAtMs);
  if (seconds === null || seconds === 0) return null;
  const byDurationMs = finishedAtMs - seconds * 1_000;
  return Math.min(openedAtMs ?? byDurationMs, byDurationMs);
}

/** Domains that are unusually silent at the end of the window. */
function* readSilentDomains(
  db: Database.Database,
  { condition, window: { toMs }, assertGoesOn }: MissingRequest,
): Generator<FoundMissing> {
  const window = habitWindow(toMs);
  const end = endedAt('stream_sessions');
  const columns = ['app_id', 'domain', 'first_position', 'ordered_at', 'state', end, supersededAt];
  const slices = sessionSlices(window);
  const rows = { list: streamSessionList, by: 'STARTED_AT', condition, columns, slices, assertGoesOn };
  const domains = new Map<string, DomainOfAccount>();
  for (const row of readMatching<DomainColumns>(db, rows)) {
    const [appId, domain, position, beganMs, state, endedAtMs, supersededAtMs] = row;
    if (domain === null) continue;
    const key = JSON.stringify([appId, domain]);
    const found = domains.get(key) ?? { appId, domain, pushes: [], lastPosition: position };
    found.lastPosition = Math.max(found.lastPosition, position);
    found.pushes.push({ beganMs, stoppedMs: stoppedAtMs({ state, endedAtMs, supersededAtMs }) });
    domains.set(key, found);
  }
  for (const { appId, domain, pushes, lastPosition } of domains.values()) {
    const silence = silenceOf(pushes, window);
    assertGoesOn();
    if (silence === null) continue;
    yield {
      ...ofNothing,
      ...ofNoStream,
      reason: 'DOMAIN_SILENT',
      appId,
      domain,
      expectedFromMs: silence.sinceMs,
      expectedToMs: toMs,
      usualPauseMs: silence.usualPauseMs,
      // Sorts after the session itself, which may also be missing a callback.
      firstPosition: String(lastPosition),
      nth: 1,
    };
  }
}

interface DomainOfAccount {
  readonly appId: string;
  readonly domain: string;
  readonly pushes: DomainPush[];
  lastPosition: number;
}

type DomainColumns = readonly [
  appId: string,
  domain: string | null,
  firstPosition: number,
  orderedAtMs: number,
  state: SessionSpan['state'],
  endedAtMs: number | null,
  supersededAtMs: number | null,
];
